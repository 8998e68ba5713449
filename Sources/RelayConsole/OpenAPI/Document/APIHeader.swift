import RelayDomain

/// A header of an answer.
enum APIHeader: String, CaseIterable, Sendable {
    case requestID = "x-request-id"
    case model = "x-nexrelay-model"
    case attempts = "x-nexrelay-attempts"
    case maxOutputTokens = "x-nexrelay-max-output-tokens"
    case creditsCharged = "x-nexrelay-credits-charged"
    case creditsRemaining = "x-nexrelay-credits-remaining"
    case replayed = "x-nexrelay-replayed"
    case rateLimit = "x-ratelimit-limit-requests"
    case rateRemaining = "x-ratelimit-remaining-requests"
    case rateReset = "x-ratelimit-reset-requests"
    case retryAfter = "retry-after"
    case shouldRetry = "x-should-retry"
    case authenticate = "www-authenticate"
    case etag = "etag"
    case acceptEncoding = "accept-encoding"
    case upgrade = "upgrade"

    /// Those of an answer that an upstream gave.
    static let relayed: [APIHeader] = [
        .requestID, .model, .attempts, .maxOutputTokens, .creditsCharged, .creditsRemaining, .replayed, .rateLimit, .rateRemaining,
        .rateReset,
    ]

    /// Those that a refusal with this status may have.
    static func refusal(status: Int) -> [APIHeader] {
        switch status {
        case 401: [.requestID, .authenticate]
        case 402: [.requestID, .shouldRetry, .creditsRemaining, .rateLimit, .rateRemaining, .rateReset]
        case 415: [.requestID, .acceptEncoding]
        case 426: [.requestID, .upgrade]
        case 409: [.requestID, .shouldRetry]
        case 429: [.requestID, .retryAfter, .shouldRetry, .rateLimit, .rateRemaining, .rateReset]
        case 502, 504: [.requestID, .attempts]
        case 503: [.requestID, .retryAfter, .attempts]
        default: [.requestID]
        }
    }

    var reference: JSONValue { ["$ref": .string("#/components/headers/\(rawValue)")] }

    var json: JSONValue { ["description": .string(text), "schema": schema.json] }

    var text: String {
        switch self {
        case .requestID: "The request's id. Its receipt, where it has one, is found by it."
        case .model: "The model that served."
        case .attempts: "How many upstream calls were made."
        case .maxOutputTokens: "The output limit in force, for each choice, where it is not the one that was asked for."
        case .creditsCharged: "What the request cost. A stream says so in a comment before its end."
        case .creditsRemaining: "What the wallet has available."
        case .replayed: "`true` where the stored answer of an earlier request was given again, for free."
        case .rateLimit: "Requests a minute, of the wallet or the key, whichever is tighter."
        case .rateRemaining: "How many of them are left."
        case .rateReset: "When all of them are there again: `12ms`, `1s`, `6m0s`."
        case .retryAfter: "Whole seconds after which another try makes sense."
        case .shouldRetry: "`false` where no retry within minutes helps. OpenAI's clients obey it."
        case .authenticate: "`Bearer`. The relayed endpoints leave it out."
        case .acceptEncoding: "The content encodings that a body may have."
        case .upgrade: "What is served instead: `HTTP/1.1`."
        case .etag: "Names this version of the document, for `If-None-Match`."
        }
    }

    private var schema: Schema {
        switch self {
        case .requestID: .id(RequestKind.self)
        case .attempts, .maxOutputTokens, .rateLimit, .rateRemaining, .retryAfter: .integer
        case .creditsCharged, .creditsRemaining: .number
        case .replayed, .shouldRetry: .boolean
        case .model, .rateReset, .authenticate, .etag, .acceptEncoding, .upgrade: .string
        }
    }
}
