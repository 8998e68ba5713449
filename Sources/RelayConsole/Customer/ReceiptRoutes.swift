import Hummingbird
import RelayDomain
import RelayStore

/// `GET /v1/receipts`, `GET /v1/receipts/{request_id}`: the account's own, newest first.
struct ReceiptRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/v1/receipts") { [ledger] call in
                let customer = try await ledger.customer(of: call)
                let query = try call.query("limit", "cursor", "since")
                let page = try await ledger.reader.receipts(
                    of: customer.account.id, since: query.time("since"), limit: query.limit(), after: query.cursor(RequestKind.self))
                return .json(ListView(page) { ReceiptView(receipt: $0).json }.json)
            },
            Route(.get, "/v1/receipts/{request_id}") { [ledger] call in
                let customer = try await ledger.customer(of: call)
                let id: Identifier<RequestKind> = try call.identifier("request_id", of: "receipt")
                // Another account's receipt does not exist, as far as this one can tell.
                guard let receipt = try await ledger.reader.receipt(id), receipt.hold.account == customer.account.id else {
                    guard let place = try await ledger.reader.archive(of: id) else { throw Refusal.noSuch("receipt") }
                    throw Refusal(
                        .notFound, "There is no such receipt here. Those of \(place.dayText) were archived: ask who operates this relay.")
                }
                return .json(ReceiptView(receipt: receipt).json)
            },
        ]
    }
}
