public import RelayDomain

/// Whose webhooks are meant.
public enum WebhookScope: Hashable, Sendable {
    /// Everybody's, and the operator's.
    case all
    case account(AccountID)
    /// The operator's own.
    case operators

    /// - Parameter owner: a webhook's or a delivery's account; nil for the operator.
    public func contains(_ owner: AccountID?) -> Bool {
        switch self {
        case .all: true
        case .account(let account): owner == account
        case .operators: owner == nil
        }
    }
}
