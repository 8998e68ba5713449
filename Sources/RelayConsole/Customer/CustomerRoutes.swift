import Hummingbird
import RelayDomain

/// What the public listener answers without calling an upstream.
enum CustomerRoutes {
    /// Paths that the gateway relays when they are POSTed. Here they are known only for the methods that they do not have.
    private static let relayedPaths = [
        "/v1/chat/completions", "/v1/responses", "/v1/completions", "/v1/embeddings", "/v1/moderations",
        "/v1/responses/input_tokens",
    ]

    static func table(ledger: LedgerAccess) -> RouteTable {
        RouteTable(
            ModelRoutes(ledger: ledger).all + [
                WalletRoute(ledger: ledger).route, UsageRoute(ledger: ledger).route, PlansRoute(ledger: ledger).route,
            ]
                + ReceiptRoutes(ledger: ledger).all + [front] + relayedPaths.map(relayed))
    }

    private static let front = Route(.get, "/") { _ in
        .page(
            "This is a NexRelay: a prepaid, OpenAI-compatible API under /v1. It is an independent third-party gateway, "
                + "not an official OpenAI service.")
    }

    private static func relayed(_ path: String) -> Route {
        Route(.post, path) { _ in throw Refusal(.notFound, "This path is relayed by the public listener, and by no other.") }
    }
}
