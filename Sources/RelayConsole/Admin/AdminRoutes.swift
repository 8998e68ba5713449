import Hummingbird

/// What the admin listener answers.
enum AdminRoutes {
    static func table(ledger: LedgerAccess) -> RouteTable {
        RouteTable(
            HealthRoutes(ledger: ledger).all + AccountRoutes(ledger: ledger).all + KeyRoutes(ledger: ledger).all
                + AdminWalletRoutes(ledger: ledger).all + RechargeRoutes(ledger: ledger).all + AdminReceiptRoutes(ledger: ledger).all
                + [ReconciliationRoute(ledger: ledger).route])
    }
}
