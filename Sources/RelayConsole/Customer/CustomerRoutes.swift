import Hummingbird
import Logging
import RelayDomain

/// What the public listener answers without calling an upstream.
enum CustomerRoutes {
    /// - Parameters:
    ///   - facts: what other parts of the relay tell everybody.
    ///   - version: the program's.
    ///   - logger: for what goes wrong after an answer has begun.
    static func table(ledger: LedgerAccess, people: PeopleDesk, facts: PublicFacts, version: String, logger: Logger) -> RouteTable {
        RouteTable(
            ModelRoutes(ledger: ledger).all + [
                WalletRoute(ledger: ledger).route, UsageRoute(ledger: ledger).route, PlansRoute(ledger: ledger).route,
            ]
                + ReceiptRoutes(ledger: ledger).all + CustomerRechargeRoutes(ledger: ledger).all
                + statements(ledger, logger) + CustomerWebhookRoutes(ledger: ledger).all
                + [DescriptionRoute(CustomerDescription.document(version: version)).route]
                + PublicPages(ledger: ledger, facts: facts, version: version).routes + PageRoutes(desk: people, ledger: ledger).all
                + RelayedDescription.operations.map { relayed($0.path) })
    }

    private static func statements(_ ledger: LedgerAccess, _ logger: Logger) -> [Route] {
        StatementRoutes(ledger: ledger, root: StatementDescription.customerRoot, turns: StatementTurns(), logger: logger) { call in
            try await ledger.customer(of: call).account
        }.all
    }

    /// What the gateway relays when it is POSTed is known here only for the methods that it does not have.
    private static func relayed(_ path: String) -> Route {
        Route(.post, path) { _ in throw Refusal(.notFound, "This path is relayed by the public listener, and by no other.") }
    }
}
