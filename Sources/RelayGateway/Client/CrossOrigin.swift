import NIOHTTP1

/// The headers of the CORS protocol, for one request.
struct CrossOrigin {
    /// What pages may read beside the few headers that they always may: those of the contract.
    private static let exposed = [
        "x-request-id", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "x-nexrelay-model",
        "x-nexrelay-attempts", "x-nexrelay-max-output-tokens", "x-nexrelay-credits-charged", "x-nexrelay-credits-remaining",
        "x-nexrelay-replayed", "retry-after", "x-should-retry", "openai-version", "openai-processing-ms",
    ].joined(separator: ", ")
    /// What a preflight is told that does not say which headers it is about, or says so in a form that is not repeated.
    private static let usualHeaders = "authorization, content-type, idempotency-key, openai-beta, openai-organization, openai-project"
    /// How many bytes of a list of headers are repeated.
    private static let repeatedBytes = 1_024
    /// How long a browser may remember an answer; some remember for less.
    private static let maxAgeSeconds = 86_400

    /// The value of `access-control-allow-origin`; nil where the page may not read the answer, or no page asks.
    private let allowed: String?
    /// Whether the answer would be another one for another origin.
    private let varies: Bool

    /// Of what is no part of the API.
    static let none = CrossOrigin(allowed: nil, varies: false)

    private init(allowed: String?, varies: Bool) {
        self.allowed = allowed
        self.varies = varies
    }

    init(_ policy: CrossOriginPolicy, _ headers: HTTPHeaders) {
        let origins = headers["origin"]
        let origin = origins.count == 1 ? origins[0] : nil
        switch policy {
        case .any: self.init(allowed: origin == nil ? nil : "*", varies: false)
        case .only(let some): self.init(allowed: origin.flatMap { some.contains($0) ? $0 : nil }, varies: !some.isEmpty)
        }
    }

    /// Adds what every answer carries.
    func add(to headers: inout HTTPHeaders) {
        if varies { headers.add(name: "vary", value: "origin") }
        guard let allowed else { return }
        headers.add(name: "access-control-allow-origin", value: allowed)
        headers.add(name: "access-control-expose-headers", value: Self.exposed)
    }

    /// What a preflight's answer has beside that.
    /// - Returns: nil where the request is none, or the page may not call.
    func preflight(_ headers: HTTPHeaders) -> HTTPHeaders? {
        guard allowed != nil, headers.contains(name: "access-control-request-method") else { return nil }
        let requested = headers["access-control-request-headers"].joined(separator: ",")
        return [
            "access-control-allow-methods": ResponseHeaders.methods,
            "access-control-allow-headers": Self.isRepeatable(requested) ? requested : Self.usualHeaders,
            "access-control-max-age": String(Self.maxAgeSeconds),
        ]
    }

    /// Names, separated by commas, and not too many.
    private static func isRepeatable(_ list: String) -> Bool {
        guard list.utf8.count <= repeatedBytes else { return false }
        return list.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
            let words = item.split(separator: " ")
            return words.count == 1 && words[0].utf8.allSatisfy(isTokenByte)
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: punctuation.contains(byte)
        }
    }

    private static let punctuation = Set("!#$%&'*+-.^_`|~".utf8)
}
