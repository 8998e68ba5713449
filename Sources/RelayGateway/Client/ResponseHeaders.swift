import NIOHTTP1
import RelayDomain

/// The headers of the contract.
enum ResponseHeaders {
    /// What passes from an upstream's answer to the client. Everything else stays: cookies, the upstream's own limits, its request id, its organisation.
    private static let passing = ["content-type", "openai-version", "openai-processing-ms"]

    static func refusal(_ refusal: Refusal, id: RequestID, attempts: Int) -> HTTPHeaders {
        var headers: HTTPHeaders = ["content-type": "application/json", "x-request-id": id.description]
        if attempts > 0 { headers.add(name: "x-nexrelay-attempts", value: String(attempts)) }
        if let seconds = refusal.retryAfterSeconds { headers.add(name: "retry-after", value: String(seconds)) }
        if let shouldRetry = refusal.shouldRetry { headers.add(name: "x-should-retry", value: String(shouldRetry)) }
        if let credits = refusal.creditsRemaining { headers.add(name: "x-nexrelay-credits-remaining", value: credits.description) }
        return headers
    }

    /// The head of an answer that an upstream gave.
    static func answer(_ upstream: HTTPHeaders, hold: Hold, attempts: Int, askedOutputTokens: Int64?) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(8)
        for name in passing {
            if let value = upstream.first(name: name) { headers.add(name: name, value: value) }
        }
        headers.add(name: "x-request-id", value: hold.request.description)
        headers.add(name: "x-nexrelay-model", value: hold.model)
        headers.add(name: "x-nexrelay-attempts", value: String(attempts))
        if hold.maxOutputTokens != askedOutputTokens {
            headers.add(name: "x-nexrelay-max-output-tokens", value: String(hold.maxOutputTokens))
        }
        return headers
    }

    static func add(_ ended: Ended, to headers: inout HTTPHeaders) {
        headers.add(name: "x-nexrelay-credits-charged", value: ended.charged.description)
        headers.add(name: "x-nexrelay-credits-remaining", value: ended.available.description)
    }
}
