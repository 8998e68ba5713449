import RelayDomain
import RelayGateway
import Testing

@testable import nexrelay

@Suite struct CatalogueSettingsTests {
    private static let plan = """
        plans:
          team:
            price_usd: 49.90
            credits: 49_900_000.125
            allowances: { input: 30_000_000, output: 6000000, cached_read: 0 }
            cap: 96000000
            context: 128000
            max_output_tokens: 4000
            rpm: 240
            concurrency: 20
            high_cost_budget_credits: 12000000
            route: [m]
        """
    private static let head = """
        upstreams:
          - { name: one, base_url: "http://h/v1", api_key: k, models: { m: "vendor/m:latest" } }
        models:
          m: { context: 1000, high_cost: true, prices: { input: 1.25, output: 10, cached_read: 0.000000001 } }

        """

    @Test("models and plans of one's own are read exactly")
    func own() throws {
        let settings = try SettingsFixture.load(Self.head + Self.plan)
        let model = try #require(settings.catalogue.model("m"))
        #expect(model.contextTokens == 1_000)
        #expect(model.isHighCost)
        #expect(model.prices == Prices(input: Credits(1_250_000), output: Credits(10_000_000), cachedRead: Credits(thousandths: 1)))
        #expect(settings.upstreams[0].models == ["m": "vendor/m:latest"])
        #expect(
            settings.catalogue.plans == [
                Plan(
                    id: "team", name: "Team", price: Credits(49_900_000), credits: Credits(thousandths: 49_900_000_125),
                    allowances: Tokens(input: 30_000_000, output: 6_000_000, cachedRead: 0), capTokens: 96_000_000, contextTokens: 128_000,
                    maxOutputTokens: 4_000, requestsPerMinute: 240, concurrency: 20, highCostBudget: Credits(12_000_000), route: ["m"])
            ])
        #expect(settings.catalogue.servedModels == ["m"])
    }

    @Test("a plan is complete in itself: each key that is left out is a fault")
    func incomplete() {
        let lines = Self.plan.split(separator: "\n")
        for line in lines.dropFirst(2) {
            let key = line.split(separator: ":")[0].drop { $0 == " " }
            let text = Self.head + lines.filter { $0 != line }.joined(separator: "\n")
            #expect(SettingsFixture.faults(text).contains { $0.contains("`plans.team.\(key)") && $0.contains("missing") }, "\(key)")
        }
    }

    @Test("a model without an entry is a fault, in a route and at an upstream")
    func unknownModels() {
        let faults = SettingsFixture.faults(
            Self.head.replacing("models: { m:", with: "models: { x: a, m:") + Self.plan.replacing("[m]", with: "[m, y]"))
        #expect(
            faults == [
                "relay.yaml, line 2: `upstreams.0.models.x` names a model that the catalogue does not have",
                "relay.yaml, line 16: `plans.team.route` names `y`, a model that the catalogue does not have",
            ])
    }

    @Test("a catalogue of one's own under the built-in plans must have what they route to")
    func builtInRoutes() {
        #expect(SettingsFixture.faults(Self.head).contains { $0.contains("built-in plan starter") })
    }

    @Test(
        "names and figures that make no sense are faults",
        arguments: [
            ("m: {", "auto: {"), ("m: {", "'a b': {"), ("1.25", "-1"), ("1.25", "1e3"), ("1.25", "0.0000000001"), ("10,", "10001,"),
            ("true", "yes"),
            ("team", "Team"), ("49.90", "49.901"), ("49.90", "0"), ("49.90", "$49"), ("125", "1234"), ("rpm: 240", "rpm: 0"),
            ("rpm: 240", "rpm: 1.5"), ("96000000", "-1"), ("[m]", "[]"), ("[m]", "[m, m]"), ("[m]", "m"),
            ("96000000", "99999999999999999999"),
        ])
    func nonsense(old: String, new: String) {
        let text = Self.head + Self.plan
        #expect(text.contains(old))
        #expect(!SettingsFixture.faults(text.replacing(old, with: new)).isEmpty)
    }

    @Test("two upstreams cannot share a name")
    func names() {
        let text = SettingsFixture.upstream + "\n" + SettingsFixture.upstream.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(SettingsFixture.faults(text) == ["relay.yaml, line 1: `upstreams` has two upstreams named `one`"])
    }
}
