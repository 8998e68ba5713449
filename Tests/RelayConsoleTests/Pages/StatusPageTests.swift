import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The status page")
struct StatusPageTests {
    private static func page(_ states: [Circuit.State], isTaking: Bool = true) -> StatusPage {
        StatusPage(
            catalogue: Catalogue(models: [Model(name: "gpt-5.2")], plans: [], servedModels: ["gpt-5.2"]),
            health: states.enumerated().map { UpstreamHealth(upstream: "secret-upstream-\($0)", model: "gpt-5.2", state: $1) },
            isTaking: isTaking, version: "1.2.3", readAt: Timestamp(rfc3339: "2026-11-23T12:00:00Z")!)
    }

    @Test(
        "A model is what the best of its upstreams is",
        arguments: [
            ([], .notServed), ([.closed], .available), ([.open(until: 9_000, .failures), .closed], .available),
            ([.open(until: 1_001, .credentials), .open(until: 9_000, .failures)], .unavailable(seconds: 2)),
            ([.open(until: 1_000, .failures)], .unavailable(seconds: 1)), ([.open(until: 0, .failures)], .recovering),
            ([.open(until: 5_000, .failures), .halfOpen(since: -10, .failures)], .recovering),
        ] as [([Circuit.State], StatusPage.Availability)])
    func availability(states: [Circuit.State], expected: StatusPage.Availability) {
        #expect(Self.page(states).availability(of: "gpt-5.2") == expected)
    }

    @Test("It says whether requests are taken, and when it looked")
    func summary() {
        #expect(Self.page([.closed]).html.contains("The relay takes requests. All models can be served."))
        #expect(Self.page([.open(until: 5, .failures)]).html.contains("No model can be served at present"))
        #expect(Self.page([]).html.contains("has no model to serve them with"))
        #expect(Self.page([.closed], isTaking: false).html.contains("The relay takes no requests at present"))
        let html = Self.page([.closed]).html
        #expect(
            html.contains("<time datetime=\"2026-11-23T12:00:00.000Z\">2026-11-23 12:00:00 UTC</time>") && html.contains("NexRelay 1.2.3"))
    }

    @Test("Customers see models, and nothing of upstreams")
    func upstreams() async throws {
        for states in [[.closed], [.open(until: 5, .credentials)], [.halfOpen(since: 0, .rateLimited)]] as [[Circuit.State]] {
            let html = Self.page(states).html
            for text in ["secret", "credential", "rate_limited", "upstream"] { #expect(!html.contains(text), "\(text)") }
        }
        try await ConsoleFixture.run { fixture in
            let html = try await fixture.customer(.get, "/status").text
            #expect(html.plain.contains("gpt-5.2 Available") && html.plain.contains("gpt-5.3 Not offered"))
        }
    }
}
