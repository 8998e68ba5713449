import NIOHTTP1

/// How long an upstream wants to be left alone.
enum RetryAfter {
    /// - Returns: milliseconds, of `retry-after-ms`, else of `retry-after` in seconds; nil where neither says a number. Dates are not
    ///   read: no OpenAI-compatible upstream is known to send them.
    static func milliseconds(of headers: HTTPHeaders) -> Int64? {
        if let value = headers.first(name: "retry-after-ms").flatMap(Double.init) { return clamped(value) }
        return headers.first(name: "retry-after").flatMap(Double.init).flatMap { clamped($0 * 1_000) }
    }

    private static func clamped(_ milliseconds: Double) -> Int64? {
        guard milliseconds.isFinite, milliseconds > 0 else { return nil }
        return Int64(min(milliseconds.rounded(.up), 86_400_000))
    }
}
