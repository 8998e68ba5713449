import RelayDomain

/// A receipt's own figures: the price of what was used, rounded up once; charged up to the hold, and the rest absorbed.
///
/// Not in SQL, since a product of tokens and prices may be beyond 64 bits.
enum ReceiptArithmetic {
    private static let pageCount: Int64 = 2_048

    static func check(on session: any SQLSession) throws -> Reconciliation.Check {
        var findings = Findings()
        var after = ""
        while true {
            let page = try session.rows(
                statement,
                bind: {
                    $0.append(after)
                    $0.append(pageCount)
                }, Figures.init(row:))
            guard let last = page.last else { break }
            findings.examined += Int64(page.count)
            for receipt in page where !receipt.isRight { findings.add(receipt.finding) }
            after = last.request
        }
        return findings.check("receipts charge the price of what was used, at most what was held")
    }

    private static let statement = SQLStatement(
        """
        SELECT request, state, source, input, output, cached_read, input_price, output_price, cached_price, held, charged, absorbed,
          settled_late, reasoning
        FROM receipts WHERE request > $1 ORDER BY request LIMIT $2
        """)
}

/// What a receipt says of its money.
private struct Figures {
    let request: String
    private let isPriced: Bool
    private let tokens: [Int64]
    private let prices: [Int64]
    private let held: Int64
    private let charged: Int64
    private let absorbed: Int64
    private let isLate: Bool
    private let reasoning: Int64

    init(row: any SQLRow) {
        request = row.text(0)
        isPriced = row.text(1) == "settled" && row.text(2) != "none"
        tokens = (3...5).map(row.integer)
        prices = (6...8).map(row.integer)
        held = row.integer(9)
        charged = row.integer(10)
        absorbed = row.integer(11)
        isLate = row.integer(12) != 0
        reasoning = row.integer(13)
    }

    /// In thousandths of a credit.
    private var cost: Int64 {
        guard isPriced else { return 0 }
        let sum = zip(tokens, prices).reduce(Int128(0)) { $0 + Int128($1.0) * Int128($1.1) }
        return Int64(clamping: (sum + 999_999) / 1_000_000)
    }

    var isRight: Bool {
        guard tokens.allSatisfy({ $0 >= 0 }), 0 <= reasoning, reasoning <= tokens[1], 0 <= charged, charged <= held else { return false }
        let cost = cost
        // What was settled after its hold had expired was charged from what was left by then.
        guard isLate ? charged <= cost : charged == min(cost, held) else { return false }
        return absorbed == min(cost - charged, Credits.limit.thousandths)
    }

    var finding: String { "\(request): price \(cost), held \(held), charged \(charged), absorbed \(absorbed)" }
}
