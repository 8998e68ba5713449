import Hummingbird
import RelayDomain
import RelayStore
import ServiceLifecycle

/// `POST /admin/v1/backups {"path","force"}`: a copy of the books. 201 when it is whole and durable.
struct BackupRoute {
    let ledger: LedgerAccess
    /// nil where the database has tools of its own.
    let source: (any BackupSource)?

    var route: Route {
        Route(.post, "/admin/v1/backups") { [self] in try await backUp($0) }
    }

    private func backUp(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let path = try fields.text("path", .path)
        let isReplacing = try fields.optionalBool("force") ?? false
        try fields.finish()
        guard path.hasPrefix("/") else { throw Refusal(.invalidRequest, "`path` is absolute: it begins with `/`.", param: "path") }
        guard let source else {
            throw Refusal(
                .conflict, "The books are in PostgreSQL. Use its own tools, pg_dump or pg_basebackup; docs/operations.md says how.")
        }
        let start = ledger.now()
        do {
            // Whoever asks for a stop does not wait for a copy.
            let copy = try await cancelWhenGracefulShutdown { try await source.backUp(to: path, isReplacing: isReplacing) }
            return .json(BackupView(copy: copy, at: start, end: ledger.now()).json, status: .created)
        } catch let failure as BackupFailure {
            throw Self.refusal(of: failure)
        }
    }

    private static func refusal(of failure: BackupFailure) -> Refusal {
        switch failure.kind {
        case .path: Refusal(.invalidRequest, failure.message, param: "path")
        case .exists, .busy: Refusal(.conflict, failure.message)
        case .stopped: Refusal(.draining, failure.message)
        case .failed: Refusal(.internalError, failure.message)
        }
    }
}
