import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/reconciliation`: every invariant of the books, and with POST an upstream's usage export too. 200 with findings; `ok` says
/// whether there are any.
struct ReconciliationRoute {
    private let ledger: LedgerAccess
    private let queue: ReconciliationQueue

    init(ledger: LedgerAccess) {
        self.ledger = ledger
        queue = ReconciliationQueue { try await ledger.reader.reconcile(at: ledger.now()) }
    }

    var all: [Route] {
        [
            Route(.get, "/admin/v1/reconciliation") { [queue] _ in
                .json(ReconciliationView(reconciliation: try await queue.reconciliation()).json)
            },
            Route(.post, "/admin/v1/reconciliation") { [self] in try await compare($0) },
        ]
    }

    private func compare(_ call: Call) async throws -> Response {
        var fields = try await call.fields(upTo: ConsoleLimits.upstreamUsageBodyBytes)
        guard case .string(let csv) = fields.value("upstream_usage"), csv.utf8.count <= ConsoleLimits.upstreamUsageBytes else {
            throw Refusal(
                .invalidRequest, "`upstream_usage` is the text of a CSV file of at most \(ConsoleLimits.upstreamUsageBytes) bytes.",
                param: "upstream_usage")
        }
        try fields.finish()
        let report: UpstreamUsageReport
        do {
            report = try UpstreamUsageReport(csv: csv)
        } catch {
            throw Refusal(.invalidRequest, "The upstream's usage cannot be read: \(error).", param: "upstream_usage")
        }
        // First what is quickly found wanting.
        let catalogue = ledger.catalogue
        let comparison = try await ledger.reader.compare(report) { catalogue.model($0)?.prices }
        let reconciliation = try await queue.reconciliation()
        return .json(ReconciliationView(reconciliation: reconciliation, comparison: comparison).json)
    }
}
