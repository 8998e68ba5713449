import RelayDomain
import RelayGateway
import Testing

@testable import nexrelay

@Suite struct SettingsLoaderTests {
    @Test("the configuration that init writes is valid, and says what the defaults are")
    func template() throws {
        let variables = ["OPENAI_API_KEY": "sk-secret"]
        let written = try SettingsFixture.load(ConfigurationTemplate.text(dataDirectory: "./nexrelay-data"), variables)
        #expect(written.dataDirectory == "/etc/nexrelay/nexrelay-data")
        #expect(written.database == .sqlite(file: "/etc/nexrelay/nexrelay-data/relay.db"))
        #expect(written.publicListener.port == 8_080)
        #expect(written.admin == AdminEndpoint(host: "127.0.0.1", port: 8_081))
        #expect(written.upstreams.map(\.apiKey) == ["sk-secret"])
        #expect(written.upstreams.map(\.host) == ["api.openai.com"])
        #expect(written.catalogue.plans == Catalogue.builtInPlans)
    }

    @Test("what the template shows in comments is what holds without it")
    func templateDefaults() throws {
        let sections = [
            ConfigurationTemplate.models, ConfigurationTemplate.plans, ConfigurationTemplate.limits, ConfigurationTemplate.routing,
            ConfigurationTemplate.guarding,
        ].joined(separator: "\n")
        let explicit = try SettingsFixture.load(SettingsFixture.upstream + "\n" + sections)
        #expect(explicit.catalogue.models == Catalogue.builtInModels)
        #expect(explicit.catalogue.plans == Catalogue.builtInPlans)
        #expect("\(explicit.limits)" == "\(GatewayLimits())")
        #expect(explicit.routing == RoutingSettings())
        #expect(explicit.guarding == GuardSettings())
    }

    @Test("the template keeps a data directory with any characters", arguments: ["it's here", "a b: c", "x${HOME}y", "#1", "-", "ünï"])
    func templateQuotes(directory: String) throws {
        let settings = try SettingsFixture.load(
            ConfigurationTemplate.text(dataDirectory: directory), ["OPENAI_API_KEY": "k", "HOME": "/root"])
        #expect(settings.dataDirectory == "/etc/nexrelay/" + directory)
    }

    @Test("an unknown key is named with its line and its section")
    func unknownKeys() {
        let faults = SettingsFixture.faults(
            """
            pubic: { port: 1 }
            public:
              prot: 8080
            \(SettingsFixture.upstream)
                timeouts: { conect: 5s }
            """)
        #expect(
            faults == [
                "relay.yaml, line 1: unknown key `pubic`",
                "relay.yaml, line 3: unknown key `prot` in `public`",
                "relay.yaml, line 9: unknown key `conect` in `upstreams.0.timeouts`",
            ])
    }

    @Test("every fault is found in one reading, with its line")
    func everyFault() {
        let faults = SettingsFixture.faults(
            """
            public: { port: 70000 }
            admin: [1]
            database: mysql://user:secret@host/db
            node: { grace: 10s, heartbeat: 5s }
            billing: { unreported_usage: guess }
            limits: { body: lots, request: 0s }
            signup: {}
            upstreams:
              - name: a b
                base_url: ftp://x
                models: [gpt-9]
            """)
        #expect(faults.count == 12)
        #expect(faults.contains("relay.yaml, line 1: `public.port` must be a whole number from 0 to 65535, not `70000`"))
        #expect(faults.contains("relay.yaml, line 2: `admin` must have keys of its own"))
        #expect(faults.contains { $0.hasPrefix("relay.yaml, line 3: `database`") && !$0.contains("secret") })
        #expect(faults.contains("relay.yaml, line 4: `node.heartbeat` must be at most a quarter of `node.grace`"))
        #expect(faults.contains("relay.yaml, line 5: `billing.unreported_usage` must be one of `estimate`, `waive`, not `guess`"))
        #expect(faults.contains("relay.yaml, line 7: `signup` must be a single value"))
        #expect(faults.contains("relay.yaml, line 9: `upstreams.0.api_key` is missing"))
        #expect(faults.contains("relay.yaml, line 11: `upstreams.0.models` names `gpt-9`, a model that the catalogue does not have"))
    }

    @Test("nobody opens an account but the operator, unless the configuration says so")
    func signUp() throws {
        #expect(try SettingsFixture.load(SettingsFixture.upstream).signUp == .closed)
        #expect(try SettingsFixture.load("signup: open\n" + SettingsFixture.upstream).signUp == .open)
        #expect(try SettingsFixture.load("signup: closed\n" + SettingsFixture.upstream).signUp == .closed)
        #expect(try SettingsFixture.load(SettingsFixture.upstream, ["NEXRELAY_SIGNUP": "open"]).signUp == .open)
        #expect(
            SettingsFixture.faults("signup: x\n" + SettingsFixture.upstream)
                == ["relay.yaml, line 1: `signup` must be one of `open`, `closed`, not `x`"])
    }

    @Test(
        "what is no YAML mapping is a fault and no crash",
        arguments: [
            "", "   ", "- a", "text", "a: [", "a: {", "\t", "a: b: c", "'", "&a *a", "? [x]\n: y", "a: 1\na: 2", "%", "--- 1\n--- 2",
            "\u{0}",
        ])
    func garbage(text: String) {
        #expect(!SettingsFixture.faults(text).isEmpty)
    }

    @Test(
        "a text that ends too early is at fault on its last line",
        arguments: ["data: x\npublic: {", "data: x\npublic: { port: 1", "data: x\nlog: '"])
    func early(text: String) {
        let faults = SettingsFixture.faults(text)
        #expect(faults.contains { $0.hasPrefix("relay.yaml, line 2: this is not YAML") }, "\(faults)")
    }

    @Test("a fault is one line, whatever it quotes")
    func oneLine() {
        let text = """
            public: { port: "1\\n2\\r\\e[31m\\u2028\\u0085é" }
            "a\\nb": x
            \(SettingsFixture.upstream)
            """
        #expect(
            SettingsFixture.faults(text) == [
                #"relay.yaml, line 1: `public.port` must be a whole number from 0 to 65535, not `1\n2\r\u{1B}[31m\u{2028}\u{0085}é`"#,
                #"relay.yaml, line 2: unknown key `a\nb`"#,
            ])
    }

    @Test("an error never quotes a credential")
    func secrets() {
        let faults = SettingsFixture.faults(
            """
            upstreams:
              - name: one
                base_url: https://user:hunter2@host/v1
                api_key: "hunter2 with a space"
                models: [gpt-5.2]
              - { name: two, base_url: "http://h", api_key: hunter2, hunter: [ }
            """)
        #expect(!faults.isEmpty)
        #expect(!faults.joined().contains("hunter2"))
        let later = SettingsFixture.faults("public: { port: \"${KEY}\" }\n" + SettingsFixture.upstream, ["KEY": "hunter2"])
        #expect(later == ["relay.yaml, line 1: `public.port` must be a whole number from 0 to 65535"])
    }

    @Test("an error never quotes what a variable holds, also where a name is expected")
    func secretsAsNames() {
        let text = """
            upstreams:
              - { name: "${KEY}", base_url: http://h/v1, api_key: k, models: ["${KEY}", "${KEY}"] }
              - { name: "${KEY}", base_url: http://h/v1, api_key: k, models: [gpt-9] }
            """
        let faults = SettingsFixture.faults(text, ["KEY": "hunter2", "NEXRELAY_UPSTREAMS_1_MODELS": "hunter2,gpt-8"])
        #expect(faults.contains("relay.yaml, line 2: `upstreams.0.models` names `${…}`, a model that the catalogue does not have"))
        #expect(!faults.joined().contains("hunter2"))
    }

    @Test("the order of the checks: a client reads neither upstreams nor their credentials")
    func clientSettings() throws {
        let text = "data: /srv/x\nadmin: { port: 9 }\nupstreams:\n  - api_key: ${NOT_SET}\n"
        let (directory, admin) = try SettingsLoader(file: "relay.yaml", variables: [:]).clientSettings(from: text)
        #expect(directory == "/srv/x")
        #expect(admin == AdminEndpoint(host: "127.0.0.1", port: 9))
    }
}
