/// What is done when a client leaves before its answer has ended.
public enum OnDisconnect: String, Sendable, CaseIterable {
    /// Read on to the reported usage, within bounds.
    case drain
    /// Close the upstream at once.
    case cancel
}

/// What a key may do beyond what its account's plan says. nil and empty mean: no limit of its own.
public struct KeyPolicy: Hashable, Sendable {
    public var models: [String]
    /// Credits a calendar month.
    public var monthlyBudget: Credits?
    public var requestsPerMinute: Int64?
    /// Requests in flight.
    public var concurrency: Int64?
    public var maxOutputTokens: Int64?
    public var expiresAt: Timestamp?
    /// Where the key may be used from.
    public var networks: [Network]
    /// Whether a named model that cannot serve a request is swapped for one of the plan's route.
    public var fallsBack: Bool
    /// nil leaves it to the relay's configuration.
    public var onDisconnect: OnDisconnect?

    public init(
        models: [String] = [], monthlyBudget: Credits? = nil, requestsPerMinute: Int64? = nil, concurrency: Int64? = nil,
        maxOutputTokens: Int64? = nil, expiresAt: Timestamp? = nil, networks: [Network] = [], fallsBack: Bool = false,
        onDisconnect: OnDisconnect? = nil
    ) {
        self.models = models
        self.monthlyBudget = monthlyBudget
        self.requestsPerMinute = requestsPerMinute
        self.concurrency = concurrency
        self.maxOutputTokens = maxOutputTokens
        self.expiresAt = expiresAt
        self.networks = networks
        self.fallsBack = fallsBack
        self.onDisconnect = onDisconnect
    }

    public func allows(model: String) -> Bool { models.isEmpty || models.contains(model) }

    /// - Parameter address: nil where it is not known, which no key that names networks takes.
    public func allows(address: NetworkAddress?) -> Bool {
        networks.isEmpty || (address.map { address in networks.contains { $0.contains(address) } } ?? false)
    }
}
