import Hummingbird

/// Answers a request that a route has matched.
///
/// - Throws: a `Refusal`, or the store's failure.
typealias RouteHandler = @Sendable (Call) async throws -> Response

/// A method and a path, and who answers it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// `/v1/receipts/{request_id}`: braces name a segment that may be anything, or, as in `{month}.csv`, all but its end.
    let pattern: String
    let handler: RouteHandler
    private let segments: [Substring]

    init(_ method: HTTPRequest.Method, _ pattern: String, handler: @escaping RouteHandler) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
        segments = pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// - Parameter path: the segments of a path, still percent-encoded.
    /// - Returns: what the path has in place of the names in braces; nil when it is another path.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            if segment.first == "{", let brace = segment.firstIndex(of: "}") {
                let end = segment[brace...].dropFirst()
                guard text.hasSuffix(end), case let named = text.dropLast(end.count), !named.isEmpty,
                    let decoded = String(named).percentDecoded
                else { return nil }
                parameters[String(segment[..<brace].dropFirst())] = decoded
            } else if segment != text {
                return nil
            }
        }
        return parameters
    }
}
