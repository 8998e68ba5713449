import Hummingbird
import RelayDomain

/// `GET /v1/wallet`.
struct WalletRoute {
    let ledger: LedgerAccess

    var route: Route {
        Route(.get, "/v1/wallet") { [ledger] call in
            .json(ledger.view(of: try await ledger.customer(of: call).wallet).json)
        }
    }
}

extension LedgerAccess {
    /// The same for the customer and for the operator.
    func view(of wallet: Wallet) -> WalletView {
        WalletView(wallet: wallet, catalogue: catalogue, now: now())
    }
}
