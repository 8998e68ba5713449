import Hummingbird

/// What the admin listener answers.
enum AdminRoutes {
    /// - Parameter version: the program's.
    static func table(ledger: LedgerAccess, operation: Operation, version: String) -> RouteTable {
        RouteTable(
            HealthRoutes(ledger: ledger).all + AccountRoutes(ledger: ledger).all + KeyRoutes(ledger: ledger).all
                + AdminWalletRoutes(ledger: ledger).all + RechargeRoutes(ledger: ledger).all + DepositRoutes(ledger: ledger).all
                + NetworkRoutes(ledger: ledger).all + AdminWebhookRoutes(ledger: ledger).all + AdminReceiptRoutes(ledger: ledger).all
                + ReviewRoutes(ledger: ledger).all + OperationRoutes(operation: operation).all
                + ReconciliationRoute(ledger: ledger).all
                + [
                    BackupRoute(ledger: ledger, source: operation.backup).route,
                    DescriptionRoute(AdminDescription.document(version: version), at: AdminDescription.path).route,
                ])
    }
}
