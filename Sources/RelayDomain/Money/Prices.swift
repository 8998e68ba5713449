/// What 1,000,000 tokens cost on each meter.
public struct Prices: Hashable, Sendable {
    public let input: Credits
    public let output: Credits
    public let cachedRead: Credits

    public init(input: Credits, output: Credits, cachedRead: Credits) {
        self.input = input
        self.output = output
        self.cachedRead = cachedRead
    }

    /// The default of every model: $1.00, $1.00 and $0.10.
    public static let standard = Prices(input: Credits(1_000_000), output: Credits(1_000_000), cachedRead: Credits(100_000))

    /// The price of a request: the three meters added exactly, then rounded up once to a thousandth of a credit.
    public func cost(of tokens: Tokens) -> Credits {
        let sum =
            Int128(tokens.input) * Int128(input.thousandths)
            + Int128(tokens.output) * Int128(output.thousandths)
            + Int128(tokens.cachedRead) * Int128(cachedRead.thousandths)
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: 1_000_000)
        return Credits(thousandths: Int64(clamping: quotient + (remainder > 0 ? 1 : 0)))
    }

    /// The most that `input` prompt tokens can cost, whatever part of them the upstream reports as cached.
    public func upperBound(input: Int64, output: Int64) -> Credits {
        max(
            cost(of: Tokens(input: input, output: output)),
            cost(of: Tokens(output: output, cachedRead: input)))
    }

    /// The largest output that `credits` can pay for beside `input` prompt tokens.
    /// - Returns: nil when the input alone costs more.
    public func affordableOutput(within credits: Credits, input: Int64) -> Int64? {
        let dearest = max(self.input.thousandths, cachedRead.thousandths)
        let left = Int128(credits.thousandths) * 1_000_000 - Int128(input) * Int128(dearest)
        guard left >= 0 else { return nil }
        guard output.thousandths > 0 else { return TokenLimit.maximum }
        return min(Int64(clamping: left / Int128(output.thousandths)), TokenLimit.maximum)
    }
}
