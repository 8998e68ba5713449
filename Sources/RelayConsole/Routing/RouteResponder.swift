import Hummingbird
import Logging
import RelayDomain
import RelayStore

/// Answers every request of a listener: finds the route, runs it, and turns whatever goes wrong into the contract's error.
struct RouteResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let table: RouteTable
    /// Runs before anything is looked for, so that who may not enter does not learn what exists.
    let gate: @Sendable (Request) throws(Refusal) -> Void
    let errors: ErrorResponses
    let logger: Logger

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(request)
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    private func answer(_ request: Request) async -> Response {
        var pattern: String?
        do {
            try gate(request)
            switch table.match(request.method, path: request.uri.path) {
            case .found(let route, let parameters):
                pattern = route.pattern
                return try await route.handler(Call(request: request, parameters: parameters))
            case .wrongMethod(let allow):
                let refusal = Refusal(.methodNotAllowed, "This path has no such method. It has: \(allow).")
                log(refusal, request, pattern: nil, cause: nil)
                return errors.response(to: refusal, path: request.uri.path, allow: allow)
            case .nothing:
                throw Refusal(.notFound, "There is nothing at this path. Check the base URL and the path.")
            }
        } catch {
            let (refusal, cause) = Self.refusal(for: error)
            log(refusal, request, pattern: pattern, cause: cause)
            return errors.response(to: refusal, path: request.uri.path)
        }
    }

    /// What the client is told of an error, and what only the log is.
    private static func refusal(for error: any Error) -> (Refusal, cause: String?) {
        switch error {
        case let refusal as Refusal:
            (refusal, nil)
        case let failure as StoreFailure where failure.kind == .unavailable:
            (Refusal(.ledgerUnavailable, "The books cannot be read at present. Try again in a moment.", retryAfterSeconds: 5), "\(failure)")
        default:
            (Refusal(.internalError, "Something went wrong here. The operator's log says what."), "\(error)")
        }
    }

    /// The one line of a request that failed. The route stands for the path, since a path may hold what does not belong in a log.
    private func log(_ refusal: Refusal, _ request: Request, pattern: String?, cause: String?) {
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)", "route": "\(pattern ?? "none")", "status": "\(refusal.status)",
            "code": "\(refusal.code.rawValue)",
        ]
        if let id = request.headers[.requestID].flatMap({ Identifier<RequestKind>($0) }) { metadata["request_id"] = "\(id)" }
        if let cause { metadata["cause"] = "\(cause)" }
        logger.log(level: refusal.status >= 500 ? .error : .info, "a request was refused", metadata: metadata)
    }
}
