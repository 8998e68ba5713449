import RelayDomain
import RelayGateway
import Testing

@testable import nexrelay

@Suite struct SettingsEnvironmentTests {
    @Test("variables fill scalars, anywhere in them")
    func interpolation() throws {
        let settings = try SettingsFixture.load(
            """
            data: /var/${WHERE}/x${EMPTY}
            public: { port: "${PORT}" }
            upstreams:
              - { name: one, base_url: "https://${HOST}/v1", api_key: 'a-${KEY}-$${b}-$c', models: [gpt-5.2] }
            """, ["WHERE": "lib", "EMPTY": "", "PORT": "99", "HOST": "example.com", "KEY": "k"])
        #expect(settings.dataDirectory == "/var/lib/x")
        #expect(settings.publicListener.port == 99)
        #expect(settings.upstreams[0].host == "example.com")
        #expect(settings.upstreams[0].apiKey == "a-k-${b}-$c")
    }

    @Test("a variable that is not set is a fault with the line, and all of them are named")
    func missing() {
        let faults = SettingsFixture.faults(
            """
            data: ${A}
            public: { host: "${B" }
            admin: { host: "${not a name}" }
            \(SettingsFixture.upstream)
            """)
        #expect(
            faults == [
                "relay.yaml, line 1: `data` cannot be read: the environment variable A is not set",
                "relay.yaml, line 2: `public.host` cannot be read: `${` without a closing `}`",
                "relay.yaml, line 3: `admin.host` cannot be read: `${not a name}` does not name an environment variable",
            ])
    }

    @Test("every scalar can be overridden by its path")
    func overrides() throws {
        let settings = try SettingsFixture.load(
            SettingsFixture.upstream + "\nmodels: { gpt-5.2: {}, gpt-5.3: {}, gpt-5.4: {}, gpt-5.5: {} }",
            [
                "NEXRELAY_PUBLIC_PORT": "1234", "NEXRELAY_BILLING_DRAIN_SECONDS": "7", "NEXRELAY_UPSTREAMS_0_API_KEY": "other",
                "NEXRELAY_MODELS_GPT_5_5_HIGH_COST": "true", "NEXRELAY_LIMITS_BODY": "1MiB", "NEXRELAY_LOG_LEVEL": "debug",
                "NEXRELAY_UPSTREAMS_0_MODELS": "gpt-5.2, gpt-5.4", "NEXRELAY_PUBLIC_TLS_KEY": "k.pem",
                "NEXRELAY_PUBLIC_TLS_CERTIFICATE": "/c.pem",
            ])
        #expect(settings.publicListener.port == 1_234)
        #expect(settings.limits.drainSeconds == 7)
        #expect(settings.upstreams[0].apiKey == "other")
        #expect(settings.catalogue.model("gpt-5.5")?.isHighCost == true)
        #expect(settings.limits.bodyBytes == 1 << 20)
        #expect("\(settings.logLevel)" == "debug")
        #expect(settings.upstreams[0].models == ["gpt-5.2": "gpt-5.2", "gpt-5.4": "gpt-5.4"])
        #expect(settings.publicListener.tls?.key == "/etc/nexrelay/k.pem")
        #expect(settings.publicListener.tls?.certificate == "/c.pem")
    }

    @Test("a malformed override is a fault that names the variable and not its value")
    func malformed() {
        #expect(
            SettingsFixture.faults(SettingsFixture.upstream, ["NEXRELAY_PUBLIC_PORT": "eighty"])
                == ["NEXRELAY_PUBLIC_PORT: `public.port` must be a whole number from 0 to 65535"])
    }

    @Test("a variable that fits two settings is a fault")
    func ambiguous() {
        let text = SettingsFixture.upstream + "\nmodels: { gpt-5.2: {}, gpt-5.3: {}, gpt-5.4: {}, gpt-5.5: {}, gpt-5_5: {} }"
        #expect(SettingsFixture.faults(text).isEmpty)
        #expect(SettingsFixture.faults(text, ["NEXRELAY_MODELS_GPT_5_5_CONTEXT": "5"]).count == 1)
    }

    @Test("variables that name no setting are warned of")
    func unknown() throws {
        let variables = ["NEXRELAY_PUBIC_PORT": "1", "NEXRELAY_CONFIG": "x", "NEXRELAY_ADMIN_TOKEN": "y", "NEXRELAY_LOG_LEVEL": "info"]
        let (_, warnings) = try SettingsLoader(file: "relay.yaml", variables: variables).settings(from: SettingsFixture.upstream)
        #expect(warnings == ["NEXRELAY_PUBIC_PORT names no setting and has no effect"])
    }
}
