/// A refusal of the contract: a code, a status, and what the customer can do.
///
/// Rendered as OpenAI's error object: `{"error": {"message", "type", "param", "code"}}`.
public struct Refusal: Error, Hashable, Sendable {
    /// The contract's codes. The raw value is `error.code`.
    public enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case invalidRequest = "invalid_request"
        case unsupportedParameter = "unsupported_parameter"
        case contextLengthExceeded = "context_length_exceeded"
        case invalidAPIKey = "invalid_api_key"
        case insufficientBalance = "insufficient_balance"
        case accountSuspended = "account_suspended"
        case ipNotAllowed = "ip_not_allowed"
        case modelNotAllowed = "model_not_allowed"
        case modelNotFound = "model_not_found"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case conflict = "conflict"
        case requestInProgress = "request_in_progress"
        case responseNotStored = "response_not_stored"
        case idempotencyKeyReused = "idempotency_key_reused"
        case requestTooLarge = "request_too_large"
        case uriTooLong = "uri_too_long"
        case unsupportedMediaType = "unsupported_media_type"
        case upgradeRequired = "upgrade_required"
        case headersTooLarge = "headers_too_large"
        case rateLimitExceeded = "rate_limit_exceeded"
        case concurrencyLimitExceeded = "concurrency_limit_exceeded"
        case throttled = "throttled"
        case inputAllowanceExhausted = "input_allowance_exhausted"
        case outputAllowanceExhausted = "output_allowance_exhausted"
        case monthlyCapReached = "monthly_cap_reached"
        case highCostBudgetExhausted = "high_cost_budget_exhausted"
        case keyBudgetExhausted = "key_budget_exhausted"
        case upstreamError = "upstream_error"
        case noUpstreamAvailable = "no_upstream_available"
        case upstreamTimeout = "upstream_timeout"
        case overloaded = "overloaded"
        case ledgerUnavailable = "ledger_unavailable"
        case draining = "draining"
        case internalError = "internal_error"
    }

    public var code: Code
    /// What happened and what to do about it. Never holds a secret, nor anything that an upstream sent.
    public var message: String
    /// The request's field that is at fault.
    public var param: String?
    /// Whole seconds after which another try makes sense.
    public var retryAfterSeconds: Int?
    /// The wallet's available credits, where they are the reason.
    public var creditsRemaining: Credits?
    /// The rate of the wallet or the key, whichever is tighter, where the refusal came after it was looked at.
    public var rate: RateStatus?

    public init(
        _ code: Code, _ message: String, param: String? = nil, retryAfterSeconds: Int? = nil, creditsRemaining: Credits? = nil,
        rate: RateStatus? = nil
    ) {
        self.code = code
        self.message = message
        self.param = param
        self.retryAfterSeconds = retryAfterSeconds
        self.creditsRemaining = creditsRemaining
        self.rate = rate
    }

    /// The HTTP status.
    public var status: Int {
        switch code {
        case .invalidJSON, .invalidRequest, .unsupportedParameter, .contextLengthExceeded: 400
        case .invalidAPIKey: 401
        case .insufficientBalance: 402
        case .accountSuspended, .ipNotAllowed, .modelNotAllowed: 403
        case .modelNotFound, .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .conflict, .requestInProgress, .responseNotStored: 409
        case .requestTooLarge: 413
        case .uriTooLong: 414
        case .unsupportedMediaType: 415
        case .idempotencyKeyReused: 422
        case .upgradeRequired: 426
        case .rateLimitExceeded, .concurrencyLimitExceeded, .throttled, .inputAllowanceExhausted, .outputAllowanceExhausted,
            .monthlyCapReached,
            .highCostBudgetExhausted, .keyBudgetExhausted:
            429
        case .headersTooLarge: 431
        case .internalError: 500
        case .upstreamError: 502
        case .noUpstreamAvailable, .overloaded, .ledgerUnavailable, .draining: 503
        case .upstreamTimeout: 504
        }
    }

    /// OpenAI's `error.type`.
    public var type: String {
        switch code {
        case _ where isQuota: "insufficient_quota"
        case .rateLimitExceeded, .concurrencyLimitExceeded, .throttled: "rate_limit_error"
        default: status < 500 ? "invalid_request_error" : "server_error"
        }
    }

    /// The `x-should-retry` header that official SDKs obey; nil leaves the decision to them.
    public var shouldRetry: Bool? { isQuota || code == .responseNotStored ? false : nil }

    /// Money and what is reset by the month: no retry within minutes changes it.
    private var isQuota: Bool {
        switch code {
        case .insufficientBalance, .inputAllowanceExhausted, .outputAllowanceExhausted, .monthlyCapReached, .highCostBudgetExhausted,
            .keyBudgetExhausted:
            true
        default: false
        }
    }
}
