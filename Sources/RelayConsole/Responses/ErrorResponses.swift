import Hummingbird
import RelayDomain

/// Turns refusals into answers: OpenAI's error object for programs, a page for people.
struct ErrorResponses: Sendable {
    /// The path under which programs call; everything else is read by people. nil: only programs call.
    let apiRoot: String?

    /// - Parameter allow: of a 405, the methods that the path has.
    func response(to refusal: Refusal, path: String, allow: String? = nil) -> Response {
        let status = HTTPResponse.Status(integerLiteral: refusal.status)
        var headers: HTTPFields = [:]
        headers[.allow] = allow
        // RFC 9110, section 11.6.1: a 401 names the scheme.
        if refusal.code == .invalidAPIKey { headers[.wwwAuthenticate] = "Bearer" }
        headers[.retryAfter] = refusal.retryAfterSeconds.map { String($0) }
        headers[.shouldRetry] = refusal.shouldRetry.map { String($0) }
        headers[.creditsRemaining] = refusal.creditsRemaining?.description
        guard isForPrograms(path) else { return .sitePage(ErrorPage(status: status).html, status: status, headers: headers) }
        return .json(Self.envelope(of: refusal), status: status, headers: headers)
    }

    private func isForPrograms(_ path: String) -> Bool {
        guard let apiRoot else { return true }
        return path == apiRoot || path.hasPrefix(apiRoot + "/")
    }

    static func envelope(of refusal: Refusal) -> JSONValue {
        [
            "error": [
                "message": .string(refusal.message), "type": .string(refusal.type), "param": .text(refusal.param),
                "code": .string(refusal.code.rawValue),
            ]
        ]
    }
}
