/// A key as a request presents it: whose it claims to be, and the keyed hash that proves it.
public struct PresentedKey: Hashable, Sendable {
    public let account: AccountID
    public let hash: KeyHash

    public init(account: AccountID, hash: KeyHash) {
        self.account = account
        self.hash = hash
    }
}

/// How many tokens a request's input has at the most.
public struct InputCount: Hashable, Sendable {
    /// Never fewer than the upstream will report as its prompt, or more than any model takes.
    public let tokens: Int64
    /// Whether this is the best count that can be had. Where it is not, and a lower one might change the decision, the ledger asks for it.
    public let isFinal: Bool

    public init(tokens: Int64, isFinal: Bool) {
        self.tokens = tokens
        self.isFinal = isFinal
    }
}

/// A request that asks to be let through.
public struct AdmissionRequest: Sendable {
    public let request: RequestID
    public let secret: PresentedKey
    /// Where the client is; nil where that is not known.
    public let address: NetworkAddress?
    public let endpoint: String
    /// The request's field that holds the input, for refusals that concern its length.
    public let inputField: String
    public let isStream: Bool
    public let model: ModelRequest
    public var input: InputCount
    /// The output limit of one choice that the client asked for.
    public let askedOutputTokens: Int64?
    /// How many answers the request asks for, at least 1.
    public let choices: Int64
    /// Below this an answer is of no use, and refused: 0 for an endpoint whose answers have no output tokens, which are given none.
    public var leastOutputTokens: Int64 = 1
    /// Whether it is charged for. What is free takes a place in flight and of the rate, and nothing else.
    public var isMetered = true
    /// Input tokens as the rules for the context count them, where ``input`` is a bound far above them.
    public var contextTokens: Int64?
    /// The field that asks for so many answers.
    public var choicesField = "n"
    /// Whether a key's policy may swap the model for one of the plan's route.
    public var mayFallBack = true
    public let clientRetryCount: Int64
    public var idempotency: IdempotencyClaim?
    /// Models that no upstream can be called for at present, and the milliseconds until one can. The route passes them by.
    public var unavailable: [String: Int64] = [:]
    /// The moment of the admission: it decides the month and the rate.
    public var at: Timestamp

    public init(
        request: RequestID, secret: PresentedKey, address: NetworkAddress? = nil, endpoint: String, inputField: String = "messages",
        isStream: Bool, model: ModelRequest, input: InputCount, askedOutputTokens: Int64?, choices: Int64, clientRetryCount: Int64,
        at: Timestamp
    ) {
        self.request = request
        self.secret = secret
        self.address = address
        self.endpoint = endpoint
        self.inputField = inputField
        self.isStream = isStream
        self.model = model
        self.input = input
        self.askedOutputTokens = askedOutputTokens
        self.choices = choices
        self.clientRetryCount = clientRetryCount
        self.at = at
    }
}
