import RelayDomain
import RelayTestKit

@testable import RelayStore

/// The books of the database, held against the model.
extension Simulation {
    func rows<T>(_ statement: SQLStatement, _ make: @escaping (any SQLRow) throws -> T) throws -> [T] {
        try base.transaction { try base.rows(statement, make) }
    }

    func checkWallet(_ account: AccountID) throws {
        guard model.wallets[account] != nil else { return }
        let found = try base.transaction {
            try base.rows(Statements.wallet, bind: { $0.append(account) }, Wallet.init(row:)).first
        }
        try checkWallet(account, found)
    }

    private func checkWallet(_ account: AccountID, _ found: Wallet?) throws {
        guard let found else { throw failure("the wallet \(account) is missing") }
        var wallet = model.wallet(account)
        wallet.rate = found.rate
        wallet.highCostRate = found.highCostRate
        try check(found == wallet, "the wallet is \(found), and must be \(wallet)")
        try check(found.held >= .zero && found.held <= found.posted, "the wallet owes: \(found)")
    }

    /// Whether a lease was declared gone.
    func isGone(_ lease: Int64) throws -> Bool {
        try base.transaction { try base.rows(Statements.state, bind: { $0.append(lease) }) { $0.text(0) } } == ["gone"]
    }

    // MARK: Rest

    /// Lets everything come to its end, and compares all books.
    func comeToRest() throws {
        log("rest")
        for node in nodes {
            node.pausedUntil = 0
            node.cutOffUntil = 0
            node.session.faults = []
        }
        if nodes.isEmpty { startNode() }
        try settle()
        // Who looks for the first time since a clock has jumped buries nobody.
        count(by: nodes[0])
        try settle()
        // Until every lease that is not kept up has run out, and everybody was well for long enough to say so.
        for _ in 0..<6 {
            clock.advance(Self.grace / 4)
            nodes.forEach(beat)
            try settle()
        }
        count(by: nodes[0])
        try settle()
        try compare()
    }

    /// Works until nobody has anything to do.
    private func settle() throws {
        for _ in 0..<2_000 {
            var isIdle = true
            for node in nodes {
                executor.drain()
                if case .idle = try work(node) {} else { isIdle = false }
            }
            executor.drain()
            if isIdle, nodes.allSatisfy({ $0.writer.queuedCount == 0 && !$0.isCounting }) { break }
        }
        for node in nodes {
            try check(node.pending.isEmpty, "\(node.name) is at rest, and these were never answered: \(node.pending)")
            try check(!node.isCounting, "the census of \(node.name) does not end")
        }
    }

    private func compare() throws {
        let living = Set(nodes.flatMap(\.exchanges.keys))
        for request in model.open.keys.sorted() {
            try check(living.contains(request), "\(request) is held for, and nobody has it any more")
        }
        let wallets = try rows(Statements.wallets, Wallet.init(row:))
        try check(wallets.count == model.wallets.count, "there are \(wallets.count) wallets")
        for wallet in wallets { try checkWallet(wallet.account, wallet) }
        try compareRequests()
        try compareKeys()
        try compareOthers()
        let paidIn = wallets.reduce(model.charged) { $0 + $1.posted }
        try check(paidIn == model.paidIn, "\(model.paidIn) were paid in, and \(paidIn) are there or charged")
        let source = SimulatedSource(base: base, mutant: nil)
        let reconciliation = try executor.complete { try await LedgerReader(source: source).reconcile() }
        for check in reconciliation.checks where !check.isSatisfied { throw failure("\(check.name): \(check.findings)") }
    }

    private func compareRequests() throws {
        let holds = try rows(Statements.holds) { (try Hold(row: $0), $0.integer(Hold.columnCount)) }
        try check(holds.count == model.open.count, "\(holds.count) holds are open, and \(model.open.count) must be")
        for (hold, epoch) in holds {
            let found = BooksModel.Open(
                request: hold.request, account: hold.account, key: hold.key, isKeyCounted: hold.isKeyCounted, createdAt: hold.createdAt,
                month: hold.month, model: Model(name: hold.model, prices: hold.prices, contextTokens: 0, isHighCost: hold.isHighCost),
                limit: hold.maxOutputTokens, input: hold.tokens.input, output: hold.tokens.output, held: hold.credits,
                claim: hold.idempotencyKey, lease: epoch)
            let wanted = model.open[hold.request].map { open in
                var open = open
                open.model = Model(
                    name: open.model.name, prices: open.model.prices, contextTokens: 0, isHighCost: open.model.isHighCost)
                return open
            }
            try check(found == wanted, "the hold is \(found), and must be \(wanted.map { "\($0)" } ?? "closed")")
        }
        let count = try rows(Statements.receiptCount) { $0.integer(0) }[0]
        try check(count == model.ended.count, "\(count) receipts, and \(model.ended.count) requests have ended")
        for request in model.endedLately.sorted() {
            let found = try base.transaction { try base.rows(Statements.receipt, bind: { $0.append(request) }, Receipt.init(row:)).first }
            let ended = found.map {
                BooksModel.Ended(
                    account: $0.hold.account, state: $0.state, charged: $0.charged, absorbed: $0.absorbed, metered: $0.metered,
                    held: $0.hold.credits, model: $0.hold.model, month: $0.hold.month)
            }
            try check(ended == model.ended[request], "the receipt is \(ended as Any), and must be \(model.ended[request] as Any)")
        }
        model.endedLately = []
    }

    private func compareKeys() throws {
        let keys = try rows(Statements.keys, Key.init(row:))
        try check(keys.count == model.keys.count, "there are \(keys.count) keys, and \(model.keys.count) must be")
        for key in keys {
            guard let row = model.keys[key.hash] else { throw failure("the key \(key.id) was never made") }
            var wanted = KeyCounters(month: row.month)
            wanted.rate = key.counters.rate
            let open = model.open.values.filter { $0.key == key.id && $0.isKeyCounted }
            wanted.openHolds = Int64(open.count)
            if row.key.isCounted {
                wanted.used = row.used[row.month] ?? .zero
                wanted.held = open.filter { $0.month == row.month }.reduce(.zero) { $0 + $1.held }
            }
            try check(key.revokedAt == row.revokedAt, "the key \(key.id) is revoked at \(key.revokedAt as Any)")
            try check(key.counters == wanted, "the key \(key.id) has \(key.counters), and must have \(wanted)")
        }
    }

    func answerRows() throws -> [AnswerRecord] {
        try rows(Statements.answers) { row in
            var answer = try AnswerRecord(row: row)
            answer.sealed = row.isNull(7) ? nil : Array(row.bytes(7))
            return answer
        }
    }

    private func compareOthers() throws {
        let answers = try answerRows()
        try check(
            answers.count == model.answers.count, "\(answers.count) idempotency keys are taken, and \(model.answers.count) must be")
        for answer in answers {
            let found = BooksModel.Answer(
                request: answer.request, fingerprint: answer.fingerprint, expiresAt: answer.expiresAt, state: answer.state,
                model: answer.model, sealed: answer.sealed)
            try check(found == model.answers[answer.id], "the answer is \(found), and must be \(model.answers[answer.id] as Any)")
        }
        let orders = try rows(Statements.orders, RechargeOrder.init(row:))
        try check(orders.count == model.orders.count, "there are \(orders.count) orders, and \(model.orders.count) must be")
        for order in orders { try check(order == model.orders[order.id], "the order is \(order)") }
        let reviews = try rows(Statements.reviews, Review.init(row:))
        try check(reviews.count == model.reviews.count, "there are \(reviews.count) reviews, and \(model.reviews.count) must be")
        for review in reviews {
            let found = BooksModel.ReviewRow(
                account: review.account, reason: review.reason, state: review.state, count: review.count, note: review.note)
            try check(found == model.reviews[review.id], "the review is \(found), and must be \(model.reviews[review.id] as Any)")
        }
    }

    // MARK: The whole database

    /// A number that two databases share only where every row of every table is the same.
    public func digest() throws -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for table in try rows(Statements.tables, { $0.text(0) }) {
            let names = SQLStatement("SELECT name FROM pragma_table_info('\(table)')")
            let line = try rows(names) { $0.text(0) }.map { "quote(\($0))" }.joined(separator: " || ',' || ")
            let lines = SQLStatement("SELECT \(line) FROM \(table) ORDER BY 1")
            // A session finds what it has prepared by the statement's identity.
            statements += [names, lines]
            for row in try rows(lines, { $0.text(0) }) {
                for byte in "\(table) \(row)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            }
        }
        return hash
    }

    private enum Statements {
        static let state = SQLStatement("SELECT state FROM nodes WHERE epoch = $1")
        static let wallet = SQLStatement.read(Wallet.columns, from: "wallets", by: "account")
        static let wallets = SQLStatement("SELECT \(Wallet.columns) FROM wallets")
        static let holds = SQLStatement("SELECT \(Hold.columns), epoch FROM holds")
        static let receiptCount = SQLStatement("SELECT count(*) FROM receipts")
        static let receipt = SQLStatement("SELECT \(Receipt.columns) FROM receipts WHERE request = $1")
        static let keys = SQLStatement("SELECT \(Key.columns) FROM keys")
        static let answers = SQLStatement("SELECT \(AnswerRecord.columns) FROM answers")
        static let orders = SQLStatement("SELECT \(RechargeOrder.columns) FROM orders")
        static let reviews = SQLStatement("SELECT \(Review.columns) FROM reviews")
        static let tables = SQLStatement(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%' ORDER BY name")
    }
}
