import Hummingbird
import RelayDomain
import RelayStore

/// `GET /admin/v1/receipts?account=`, `GET /admin/v1/receipts/{request_id}`.
struct AdminReceiptRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/admin/v1/receipts") { [ledger] call in
                let query = try call.query("account", "since", "limit", "cursor")
                guard let account = try query.identifier("account", AccountKind.self) else {
                    throw Refusal(.invalidRequest, "The query parameter `account` is required.", param: "account")
                }
                let page = try await ledger.reader.receipts(
                    of: account, since: query.time("since"), limit: query.limit(), after: query.cursor(RequestKind.self))
                return .json(ListView(page) { ReceiptView(receipt: $0).json }.json)
            },
            Route(.get, "/admin/v1/receipts/{request_id}") { [ledger] call in
                let id: Identifier<RequestKind> = try call.identifier("request_id", of: "receipt")
                guard let receipt = try await ledger.reader.receipt(id) else {
                    guard let place = try await ledger.reader.archive(of: id) else { throw Refusal.noSuch("receipt") }
                    throw Refusal(.notFound, "There is no such receipt here. Those of \(place.dayText) were archived: see \(place.file).")
                }
                return .json(ReceiptView(receipt: receipt).json)
            },
        ]
    }
}
