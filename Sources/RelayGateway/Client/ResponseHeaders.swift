import NIOHTTP1
import RelayDomain
import RelayWire

/// The headers of the contract.
enum ResponseHeaders {
    /// What passes from an upstream's answer to the client. Everything else stays: cookies, the upstream's own limits, its request id, its organisation.
    private static let passing = ["content-type", "openai-version", "openai-processing-ms"]

    /// What the public listener has of methods, over all its paths.
    static let methods = "GET, HEAD, POST, DELETE, OPTIONS"

    static func refusal(_ refusal: Refusal, id: RequestID, attempts: Int) -> HTTPHeaders {
        var headers: HTTPHeaders = ["content-type": "application/json", "x-request-id": id.description]
        if attempts > 0 { headers.add(name: "x-nexrelay-attempts", value: String(attempts)) }
        if let seconds = refusal.retryAfterSeconds { headers.add(name: "retry-after", value: String(seconds)) }
        if let shouldRetry = refusal.shouldRetry { headers.add(name: "x-should-retry", value: String(shouldRetry)) }
        if let credits = refusal.creditsRemaining { headers.add(name: "x-nexrelay-credits-remaining", value: credits.description) }
        if let rate = refusal.rate { add(rate, to: &headers) }
        // RFC 9110, sections 15.5.6 and 15.5.22: what would be served instead. The console's 405 name the methods of their paths.
        if refusal.code == .methodNotAllowed { headers.add(name: "allow", value: methods) }
        if refusal.code == .upgradeRequired { headers.add(name: "upgrade", value: "HTTP/1.1") }
        if refusal.code == .unsupportedMediaType { headers.add(name: "accept-encoding", value: ContentCoding.acceptEncoding) }
        return headers
    }

    /// The head of an answer that an upstream gave.
    static func answer(_ upstream: HTTPHeaders, grant: Grant, attempts: Int, askedOutputTokens: Int64?) -> HTTPHeaders {
        let hold = grant.hold
        var headers = HTTPHeaders()
        headers.reserveCapacity(12)
        for name in passing {
            if let value = upstream.first(name: name) { headers.add(name: name, value: value) }
        }
        headers.add(name: "x-request-id", value: hold.request.description)
        headers.add(name: "x-nexrelay-model", value: hold.model)
        headers.add(name: "x-nexrelay-attempts", value: String(attempts))
        if hold.maxOutputTokens > 0, hold.maxOutputTokens != askedOutputTokens {
            headers.add(name: "x-nexrelay-max-output-tokens", value: String(hold.maxOutputTokens))
        }
        add(grant.rate, to: &headers)
        return headers
    }

    private static func add(_ rate: RateStatus, to headers: inout HTTPHeaders) {
        headers.add(name: "x-ratelimit-limit-requests", value: String(rate.limit))
        headers.add(name: "x-ratelimit-remaining-requests", value: String(rate.remaining))
        headers.add(name: "x-ratelimit-reset-requests", value: durationText(milliseconds: rate.resetMilliseconds))
    }

    /// A duration as OpenAI writes it, which is as Go does: `12ms`, `1s`, `59.5s`, `1m0s`.
    static func durationText(milliseconds: Int64) -> String {
        guard milliseconds >= 1_000 else { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        var seconds = String(milliseconds / 1_000 % 60)
        let rest = milliseconds % 1_000
        if rest > 0 {
            var digits = String(rest + 1_000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            seconds += ".\(digits)"
        }
        let minutes = milliseconds / 60_000
        return minutes == 0 ? "\(seconds)s" : minutes < 60 ? "\(minutes)m\(seconds)s" : "\(minutes / 60)h\(minutes % 60)m\(seconds)s"
    }

    static func add(charged: Credits, remaining: Credits, to headers: inout HTTPHeaders) {
        headers.add(name: "x-nexrelay-credits-charged", value: charged.description)
        headers.add(name: "x-nexrelay-credits-remaining", value: remaining.description)
    }

    /// The head of an answer that is given again.
    static func replay(of kept: KeptAnswer, as id: RequestID) -> HTTPHeaders {
        [
            "content-type": kept.contentType, "x-request-id": id.description, "x-nexrelay-model": kept.model,
            "x-nexrelay-replayed": "true",
        ]
    }
}
