/// How an answer is charged: by what the upstream reported, else by what is known to have been sent and delivered.
public struct Billing: Sendable {
    /// Bytes of text that one token stands for when there is nothing better to count with. English averages about four
    /// (OpenAI's help page "What are tokens and how to count them?").
    private static let bytesPerToken: Int64 = 4

    /// Whether an answer whose usage was not reported is charged by an estimate, or not at all.
    public let estimatesUnreported: Bool

    public init(estimatesUnreported: Bool) {
        self.estimatesUnreported = estimatesUnreported
    }

    /// - Parameters:
    ///   - reported: the upstream's last usage object.
    ///   - held: what was held for the request: an estimate has no more of either.
    ///   - isCounted: whether the input that was held is its count, and not only a bound.
    ///   - sentBytes: of the request's body.
    ///   - deliveredTokens: of the answer's text.
    public func outcome(
        reported: ReportedUsage?, held: Tokens, isCounted: Bool, sentBytes: Int64, deliveredTokens: @autoclosure () -> Int64
    ) -> HoldEnding.Outcome {
        if let reported { return .settle(reported.usage) }
        guard estimatesUnreported else { return .settle(.none) }
        let input = isCounted ? held.input : min(Self.tokens(ofBytes: sentBytes), held.input)
        return .settle(Usage(tokens: Tokens(input: input, output: min(deliveredTokens(), held.output)), source: .estimated))
    }

    /// The estimate of last resort, where the text cannot be counted.
    public static func tokens(ofBytes bytes: Int64) -> Int64 { (bytes + bytesPerToken - 1) / bytesPerToken }
}
