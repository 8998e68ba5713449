/// What is compared with an upstream's own report: one day (UTC), upstream and model.
public struct UpstreamUsageGroup: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, UTC.
    public let day: Int64
    /// As the configuration names it.
    public let upstream: String
    /// As the upstream was asked for it.
    public let model: String

    public init(day: Int64, upstream: String, model: String) {
        self.day = day
        self.upstream = upstream
        self.model = model
    }

    public static func < (a: Self, b: Self) -> Bool { (a.day, a.upstream, a.model) < (b.day, b.upstream, b.model) }
}

/// Tokens as an upstream reports them: cached ones are a part of the input.
public struct UpstreamTokens: Hashable, Sendable {
    public var input: Int64
    public var cached: Int64
    public var output: Int64

    public init(input: Int64 = 0, cached: Int64 = 0, output: Int64 = 0) {
        self.input = input
        self.cached = cached
        self.output = output
    }

    public static func += (a: inout Self, b: Self) {
        a.input += b.input
        a.cached += b.cached
        a.output += b.output
    }

    public static func - (a: Self, b: Self) -> Self {
        Self(input: a.input - b.input, cached: a.cached - b.cached, output: a.output - b.output)
    }

    /// What they cost at `prices`, rounded away from zero to a thousandth of a credit. Of a difference, which may be below zero, too.
    public func cost(at prices: Prices) -> Credits {
        let sum =
            Int128(input - cached) * Int128(prices.input.thousandths)
            + Int128(cached) * Int128(prices.cachedRead.thousandths)
            + Int128(output) * Int128(prices.output.thousandths)
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: 1_000_000)
        return Credits(thousandths: Int64(clamping: quotient + remainder.signum()))
    }
}

/// Where an upstream's report and the receipts do not agree.
public struct UpstreamDrift: Hashable, Sendable {
    public let group: UpstreamUsageGroup
    /// What receipts say that the upstream reported with its answers.
    public let relay: UpstreamTokens
    /// What its report says.
    public let upstream: UpstreamTokens
    /// The difference in money, above zero where the upstream's report is the higher.
    public let cost: Credits

    /// - Parameter prices: those of the model.
    public init(group: UpstreamUsageGroup, relay: UpstreamTokens, upstream: UpstreamTokens, prices: Prices) {
        self.group = group
        self.relay = relay
        self.upstream = upstream
        cost = (upstream - relay).cost(at: prices)
    }
}
