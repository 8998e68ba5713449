import RelayDomain

extension Refusal.Code {
    /// When it comes, in a line.
    var meaning: String {
        switch self {
        case .invalidJSON: "The body is not valid JSON; the message names the byte."
        case .invalidRequest: "A field, a parameter or the request itself is not as it must be; `param` names it."
        case .unsupportedParameter: "The relay cannot meter or keep apart what this field asks for; `param` names it."
        case .contextLengthExceeded: "Input and output together exceed the context that plan and model allow."
        case .invalidAPIKey: "The key is missing, malformed, unknown, revoked or expired."
        case .insufficientBalance: "The wallet cannot pay the input and one token of output. Recharge it."
        case .accountSuspended: "The operator has suspended the account."
        case .ipNotAllowed: "The key may not be used from this network."
        case .modelNotAllowed: "The key may not use this model."
        case .modelNotFound: "There is no such model."
        case .notFound: "There is nothing at this path, or under this id."
        case .methodNotAllowed: "The path has no such method; `Allow` names those that it has."
        case .requestTimeout: "The request did not arrive in time."
        case .conflict: "What is asked for contradicts what is there."
        case .requestInProgress: "The first request with this idempotency key is still running."
        case .responseNotStored:
            "The request was answered and charged, but its answer was too large to be given again. It is not run a second time."
        case .idempotencyKeyReused: "This idempotency key was used for another request."
        case .requestTooLarge: "The body is too large."
        case .uriTooLong: "The request's target is too long."
        case .unsupportedMediaType: "The body's content encoding is not understood."
        case .upgradeRequired: "There is no WebSocket here: use a plain HTTP request."
        case .headersTooLarge: "The request's head is too large."
        case .rateLimitExceeded: "The plan's, the key's or the model's requests a minute are used up."
        case .concurrencyLimitExceeded: "As many requests are in flight as may be."
        case .throttled: "The account's traffic looked abnormal, and is slowed down for a while."
        case .inputAllowanceExhausted: "The month's input allowance is used up."
        case .outputAllowanceExhausted: "The month's output allowance is used up."
        case .monthlyCapReached: "The month's cap of all tokens is reached."
        case .highCostBudgetExhausted: "The month's budget for high-cost models is used up."
        case .keyBudgetExhausted: "The key's monthly budget is used up."
        case .upstreamError: "Every permitted upstream failed. Not billed."
        case .noUpstreamAvailable: "No upstream could be called at present. Not billed."
        case .upstreamTimeout: "No upstream answered in time. Not billed."
        case .overloaded: "The relay has too much to do at present."
        case .ledgerUnavailable: "The books cannot be written or read at present."
        case .draining: "The relay is shutting down."
        case .internalError: "Something went wrong in the relay. Nothing was charged."
        }
    }
}
