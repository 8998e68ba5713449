import Hummingbird
import Logging

/// What the admin listener answers.
enum AdminRoutes {
    /// - Parameters:
    ///   - version: the program's.
    ///   - logger: for what goes wrong after an answer has begun.
    static func table(ledger: LedgerAccess, people: PeopleDesk, operation: Operation, version: String, logger: Logger) -> RouteTable {
        RouteTable(
            HealthRoutes(ledger: ledger).all + AccountRoutes(ledger: ledger).all + PeopleRoutes(desk: people).all
                + KeyRoutes(ledger: ledger).all
                + AdminWalletRoutes(ledger: ledger, logger: logger).all + RechargeRoutes(ledger: ledger).all
                + DepositRoutes(ledger: ledger).all + NetworkRoutes(ledger: ledger).all + AdminWebhookRoutes(ledger: ledger).all
                + AdminReceiptRoutes(ledger: ledger).all
                + ReviewRoutes(ledger: ledger).all + OperationRoutes(operation: operation).all
                + ReconciliationRoute(ledger: ledger).all
                + [
                    BackupRoute(ledger: ledger, source: operation.backup).route,
                    DescriptionRoute(AdminDescription.document(version: version), at: AdminDescription.path).route,
                ])
    }
}
