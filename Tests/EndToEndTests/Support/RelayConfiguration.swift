/// A `relay.yaml` of the tests: two plans without narrow limits, and upstreams as a test needs them.
struct RelayConfiguration: Sendable {
    struct Upstream: Sendable {
        var name: String
        var baseURL: String
        /// As YAML: a list, or a map.
        var models: String
        var priority = 0
        var weight = 1
        /// As YAML.
        var timeouts = "{ connect: 5s, first_byte: 60s, idle: 60s }"
        var apiKey = Self.key
        var takesStreamOptions = true

        /// Looked for in logs and answers.
        static let key = "sk-upstream-0123456789abcdef-do-not-show"
    }

    /// Amounts of the plan `test`, which most accounts are recharged with.
    static let rechargeCredits = 1_000_000

    /// Killed relays are followed by others soon: their leases are short.
    private static let node = "node: { grace: 5s, heartbeat: 1s }"

    var publicPort: Int
    var adminPort: Int
    var upstreams: [Upstream]
    /// Further lines of the section `public`, as YAML.
    var publicSettings: [String: String] = [:]
    /// Lines of the section `limits`.
    var limits: [String: String] = [:]
    /// Lines of the section `billing`.
    var billing: [String: String] = [:]

    /// Whether the relay sells the built-in models and plans, instead of those of the tests.
    var sellsBuiltIn = false
    /// A URL; nil for the default, a file.
    var database: String?
    /// Further sections, as YAML.
    var moreSections = ""
    /// Further models, as YAML, indented by two.
    var moreModels = ""
    /// Further plans, as YAML, indented by two.
    var morePlans = ""

    var yaml: String {
        """
        data: ./data
        \(database.map { "database: \"\($0)\"\n\(Self.node)" } ?? "")
        \(Self.section("public", publicSettings.merging(["host": "127.0.0.1", "port": "\(publicPort)"]) { $1 }))
        admin: { host: 127.0.0.1, port: \(adminPort) }
        upstreams:
        \(upstreams.map(\.yaml).joined(separator: "\n"))
        \(sellsBuiltIn ? "" : catalogue)
        \(moreSections)
        \(Self.section("limits", limits))
        \(Self.section("billing", billing))

        """
    }

    private var catalogue: String {
        """
        models:
        \(Self.models)
        \(moreModels)
        plans:
        \(Self.plan("test", credits: Self.rechargeCredits, maxOutput: 1_000))
        \(Self.plan("large", credits: 900_000_000, maxOutput: 20_000_000))
        \(morePlans)
        """
    }

    /// Every model that some test calls, with the built-in prices but for one.
    private static let models = """
          gpt-5.2: { context: 1000000000 }
          alias: {}
          costly: { high_cost: true }
          odd-prices: { prices: { input: 0.123457, output: 3.7777, cached_read: 0.0311 } }
          impatient: {}
          absent: {}
          second-after-500: {}
          second-after-429: {}
          second-after-cut: {}
          second-after-garbage: {}
          second-after-absent: {}
        """

    private static func plan(_ id: String, credits: Int, maxOutput: Int) -> String {
        """
          \(id):
            price_usd: 1.00
            credits: \(credits)
            allowances: { input: 1000000000000, output: 1000000000000, cached_read: 1000000000000 }
            cap: 1000000000000
            context: 1000000000
            max_output_tokens: \(maxOutput)
            rpm: 1000000000
            concurrency: 1000000000
            high_cost_budget_credits: 0
            route: [gpt-5.2]
        """
    }

    private static func section(_ name: String, _ lines: [String: String]) -> String {
        lines.isEmpty
            ? "" : "\(name): { " + lines.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + " }"
    }
}

extension RelayConfiguration.Upstream {
    fileprivate var yaml: String {
        """
          - name: \(name)
            base_url: \(baseURL)
            api_key: \(apiKey)
            models: \(models)
            priority: \(priority)
            weight: \(weight)
            timeouts: \(timeouts)
            max_connections: 8192
            stream_options: \(takesStreamOptions)
        """
    }
}
