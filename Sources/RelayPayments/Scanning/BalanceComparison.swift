import Logging
public import RelayDomain

/// Compares, every few minutes, what the addresses of a network hold on the chain with what the books say that they must hold.
///
/// A difference means that a transfer is missing in the books, is there without having been on the chain, or that an endpoint lies.
public actor BalanceComparison {
    private static let pauseMilliseconds: Int64 = 300_000
    private static let retryMilliseconds: Int64 = 60_000

    private let watch: ChainWatch
    private let compare: @Sendable ([String: TokenAmount], Int64) async throws -> TokenAmount?
    private var next: Int64?
    private var isDifferent = false

    /// - Parameter compare: writes down what each address holds after a block, and returns what must be; nil where the books are not as far.
    public init(_ watch: ChainWatch, compare: @escaping @Sendable ([String: TokenAmount], Int64) async throws -> TokenAmount?) {
        self.watch = watch
        self.compare = compare
    }

    /// Compares, where it is time to.
    /// - Parameter cursor: every final transfer up to this block is in the books.
    public func look(at cursor: Int64) async {
        let now = watch.clock.uptime()
        if let next, now < next { return }
        next = now + Self.retryMilliseconds
        do {
            let reading = try await watch.balances(after: cursor)
            guard let expected = try await compare(reading.balances, reading.block) else { return }
            next = now + Self.pauseMilliseconds
            tell(reading, expected)
        } catch {
            watch.logger.debug("balances could not be compared", metadata: ["error": "\(error)"])
        }
    }

    private func tell(_ reading: BalanceReading, _ expected: TokenAmount) {
        let decimals = watch.watched.decimals
        watch.metrics.compared(held: reading.total, expected: expected, decimals: decimals)
        let wasDifferent = isDifferent
        isDifferent = reading.total != expected
        guard isDifferent != wasDifferent else { return }
        let facts: Logger.Metadata = [
            "block": "\(reading.block)", "chain": "\(reading.total.decimal(decimals))", "books": "\(expected.decimal(decimals))",
        ]
        if isDifferent {
            watch.logger.critical("the addresses do not hold what the books say: somebody has to look", metadata: facts)
        } else {
            watch.logger.notice("the addresses hold what the books say again", metadata: facts)
        }
    }
}
