import RelayDomain
import RelayStore

/// A network: how customers pay on it, how far it was scanned, and what its addresses hold.
struct NetworkView {
    /// nil where it is not configured any more.
    let offer: PaymentDesk.Offer?
    let status: NetworkStatus
    let now: Timestamp

    var json: JSONValue {
        let decimals = offer?.decimals ?? status.network.decimals
        let lag = status.final.flatMap { final in status.cursor.map { max(0, final - $0) } }
        let silence = status.scannedAt.map { max(0, now.milliseconds - $0.milliseconds) / 1_000 }
        return [
            "network": .string(status.network.rawValue),
            "offered": .bool(offer != nil),
            "watched": .bool(offer?.chain != nil),
            "contract": .text(offer?.contract),
            "chain_id": .integer(offer.flatMap { Int64(exactly: $0.chainID) }),
            "addresses": .array((offer?.addresses ?? []).map(JSONValue.string)),
            "head": .integer(status.head),
            "final": .integer(status.final),
            "cursor": .integer(status.cursor),
            "lag": .integer(lag),
            "scanner": .text(status.scanner),
            "scanned_at": .time(status.scannedAt),
            "silent_seconds": .integer(silence),
            "balance": .text(status.balance?.decimal(decimals)),
            "expected_balance": .text(status.expectedBalance?.decimal(decimals)),
            "balance_at": .time(status.balanceAt),
        ]
    }
}
