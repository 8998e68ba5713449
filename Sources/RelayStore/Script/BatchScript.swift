public import RelayDomain

/// The one transaction script for money: loads the rows that a batch of commands touches, lets the ledger decide, writes the final values.
///
/// Written once for every database. A wallet that twenty commands of a batch touch is read once and written once.
public struct BatchScript: Sendable {
    public init() {}

    /// Runs the batch in one transaction.
    /// - Returns: a reply for each command, in order; durable when this returns.
    /// - Throws: ``StoreFailure``, and then nothing was written.
    public func run(_ commands: [Command], by ledger: Ledger, on session: some SQLSession) throws -> [Reply] {
        try session.transaction {
            var books = try load(BooksNeeds(commands), from: session)
            let replies = commands.map { ledger.decide($0, in: &books) }
            try write(books, to: session)
            return replies
        }
    }

    private func load(_ needs: BooksNeeds, from session: some SQLSession) throws -> Books {
        var books = Books()
        try session.query(Statements.wallet, each: needs.wallets.sorted(), bind: { $1.append($0) }) {
            let wallet = try Wallet(row: $0)
            books.wallets.load(wallet.account, wallet)
        }
        try session.query(Statements.hold, each: Array(needs.requests), bind: { $1.append($0) }) { books.load(hold: try Hold(row: $0)) }
        let loadKey: (any SQLRow) throws -> Void = { books.load(key: try Key(row: $0)) }
        try session.query(Statements.keyByHash, each: Array(needs.keyHashes), bind: { $1.append($0) }, row: loadKey)
        // What a counted key has used also changes when one of its holds ends.
        let counted = books.holds.values.lazy.filter(\.isKeyCounted).map(\.key)
        try session.query(Statements.keyByID, each: Array(needs.keys.union(counted)), bind: { $1.append($0) }, row: loadKey)
        // An ending frees or fills the key of its request, which only its hold tells.
        let claimed = books.holds.values.compactMap { hold in
            hold.idempotencyKey.map { AnswerRecord.ID(account: hold.account, key: $0) }
        }
        try session.query(
            Statements.answer, each: Array(needs.answers.union(claimed)),
            bind: {
                $1.append($0.account)
                $1.append($0.key)
            }, row: { books.load(answer: try AnswerRecord(row: $0)) })
        let loadReview: (any SQLRow) throws -> Void = { books.load(review: try Review(row: $0)) }
        try session.query(Statements.openReviews, each: Array(needs.reviewedAccounts), bind: { $1.append($0) }, row: loadReview)
        try session.query(Statements.review, each: Array(needs.reviews), bind: { $1.append($0) }, row: loadReview)
        let ended = needs.requests.filter { books.holds[$0] == nil }
        try session.query(Statements.ended, each: Array(ended), bind: { $1.append($0) }) {
            books.load(ended: try $0.identifier(0), state: try $0.named(1), charged: $0.credits(2))
        }
        try session.query(Statements.order, each: Array(needs.orders), bind: { $1.append($0) }) {
            let order = try RechargeOrder(row: $0)
            books.orders.load(order.id, order)
        }
        try session.query(Statements.email, each: Array(needs.emails), bind: { $1.append($0) }) { books.load(takenEmail: $0.text(0)) }
        try session.query(Statements.payment, each: Array(needs.transactions), bind: { $1.append($0) }) {
            books.load(usedTransaction: $0.text(0))
        }
        try session.query(Statements.transferID, each: Array(needs.transfers), bind: { $1.append($0) }) {
            books.load(usedTransfer: $0.text(0))
        }
        return books
    }

    private func write(_ books: Books, to session: some SQLSession) throws {
        try session.execute(Statements.insertAccount, each: books.openedAccounts) { $0.write(to: &$1) }
        try session.execute(Statements.insertWallet, each: books.wallets.inserted) { books.wallets[$0]!.write(to: &$1) }
        try session.execute(Statements.updateWallet, each: books.wallets.updated.sorted()) { books.wallets[$0]!.write(to: &$1) }
        try session.execute(Statements.insertKey, each: books.keys.inserted) { books.keys[$0]!.write(to: &$1) }
        try session.execute(Statements.updateKey, each: Array(books.keys.updated)) {
            $1.append(books.keys[$0]!.hash)
            books.keys[$0]!.writeChanging(to: &$1)
        }
        try session.execute(Statements.insertHold, each: books.openedHolds) { books.holds[$0]!.write(to: &$1) }
        let moved = try session.execute(Statements.updateHold, each: Array(books.movedHolds)) { books.holds[$0]!.write(to: &$1) }
        guard moved == books.movedHolds.count else { throw StoreFailure(.constraint, "a hold was moved after its end") }
        // The compare-and-set of every ending: a hold that is no longer there fails the batch, whatever was decided.
        let closed = try session.execute(Statements.deleteHold, each: books.closedHolds) { $1.append($0) }
        guard closed == books.closedHolds.count else { throw StoreFailure(.constraint, "a hold ended twice") }
        try writeAnswers(books, to: session)
        try session.execute(Statements.keepReview, each: Array(books.changedReviews)) { books.review($0)!.write(to: &$1) }
        try session.execute(Statements.insertReceipt, each: books.receipts) { $0.write(to: &$1) }
        try session.execute(Statements.insertTransfer, each: books.transfers) { $0.write(to: &$1) }
        try session.execute(Statements.postHouse, each: books.houseChanges.sorted { $0.key.name < $1.key.name }) {
            $1.append($0.key.name)
            $1.append($0.value)
        }
        try session.execute(Statements.addUsage, each: Array(books.usageChanges)) { change, row in
            row.append(change.key.account)
            row.append(change.key.day)
            row.append(change.key.model)
            row.append(change.key.key)
            change.value.write(to: &row)
        }
        try session.execute(Statements.insertOrder, each: books.orders.inserted) { books.orders[$0]!.write(to: &$1) }
        try session.execute(Statements.updateOrder, each: Array(books.orders.updated)) { books.orders[$0]!.write(to: &$1) }
    }

    private func writeAnswers(_ books: Books, to session: some SQLSession) throws {
        guard !books.changedAnswers.isEmpty else { return }
        let kept = books.changedAnswers.values.compactMap(\.self)
        try session.execute(Statements.keepAnswer, each: kept) { $0.write(to: &$1) }
        let freed = books.changedAnswers.filter { $0.value == nil }.map(\.key)
        try session.execute(Statements.freeAnswer, each: freed) {
            $1.append($0.account)
            $1.append($0.key)
        }
        // Whoever keeps one sweeps a few that have expired: their number stays bounded without a timer.
        let claims = kept.filter { $0.state == .running }
        try session.execute(Statements.sweepAnswers, each: claims) {
            $1.append($0.expiresAt.adding(milliseconds: -AnswerRecord.keptMilliseconds))
        }
    }
}

extension SQLSession {
    fileprivate func query<Row>(
        _ statement: SQLStatement, each rows: [Row], bind: (Row, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try query(statement, count: rows.count, bind: { bind(rows[$0], &$1) }, row: row)
    }

    @discardableResult
    fileprivate func execute<Row>(
        _ statement: SQLStatement, each rows: [Row], bind: (Row, inout SQLParameters) -> Void
    ) throws -> Int {
        try execute(statement, count: rows.count) { bind(rows[$0], &$1) }
    }
}

/// What the script runs.
private enum Statements {
    static let wallet = SQLStatement("SELECT \(Wallet.columns) FROM wallets WHERE account = $1")
    static let keyByHash = SQLStatement("SELECT \(Key.columns) FROM keys WHERE hash = $1")
    static let keyByID = SQLStatement("SELECT \(Key.columns) FROM keys WHERE id = $1")
    static let hold = SQLStatement("SELECT \(Hold.columns) FROM holds WHERE request = $1")
    static let ended = SQLStatement("SELECT request, state, charged FROM receipts WHERE request = $1")
    static let order = SQLStatement("SELECT \(RechargeOrder.columns) FROM orders WHERE id = $1")
    static let answer = SQLStatement("SELECT \(AnswerRecord.readColumns) FROM answers WHERE account = $1 AND idempotency_key = $2")
    static let openReviews = SQLStatement("SELECT \(Review.columns) FROM reviews WHERE account = $1 AND state = 'open'")
    static let review = SQLStatement("SELECT \(Review.columns) FROM reviews WHERE id = $1")
    static let email = SQLStatement("SELECT email FROM accounts WHERE email = $1")
    static let payment = SQLStatement("SELECT payment FROM orders WHERE payment = $1")
    static let transferID = SQLStatement("SELECT id FROM transfers WHERE id = $1")

    static let insertAccount = insert("accounts", Account.columns)
    static let insertWallet = insert("wallets", Wallet.columns)
    static let updateWallet = update("wallets", Wallet.columns)
    static let insertKey = insert("keys", Key.columns)
    static let updateKey = update("keys", "hash, \(Key.changingColumns)")
    static let insertHold = insert("holds", Hold.columns)
    static let updateHold = update("holds", Hold.columns)
    static let deleteHold = SQLStatement("DELETE FROM holds WHERE request = $1")
    static let keepAnswer = keep("answers", AnswerRecord.columns, key: "account, idempotency_key")
    static let freeAnswer = SQLStatement("DELETE FROM answers WHERE account = $1 AND idempotency_key = $2")
    static let sweepAnswers = SQLStatement(
        """
        DELETE FROM answers WHERE (account, idempotency_key) IN (
          SELECT account, idempotency_key FROM answers WHERE state <> 'running' AND expires_at <= $1 ORDER BY expires_at LIMIT 4
        )
        """)
    static let keepReview = keep("reviews", Review.columns, key: "id")
    static let insertReceipt = insert("receipts", Receipt.columns)
    static let insertTransfer = insert("transfers", Transfer.columns)
    static let postHouse = SQLStatement(
        """
        INSERT INTO house_accounts (name, posted) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET posted = house_accounts.posted + excluded.posted
        """)
    static let addUsage = SQLStatement(
        insert("usage_totals", "account, day, model, key, \(UsageTotal.columns)").sql
            + " ON CONFLICT (account, day, model, key) DO UPDATE SET "
            + UsageTotal.columns.split(separator: ", ").map { "\($0) = usage_totals.\($0) + excluded.\($0)" }.joined(separator: ", "))
    static let insertOrder = insert("orders", RechargeOrder.columns)
    static let updateOrder = update("orders", RechargeOrder.columns)

    private static func insert(_ table: String, _ columns: String) -> SQLStatement {
        let count = columns.split(separator: ",").count
        return SQLStatement("INSERT INTO \(table) (\(columns)) VALUES (\((1...count).map { "$\($0)" }.joined(separator: ", ")))")
    }

    /// Inserts a row, or puts it in the place of the one with its key.
    private static func keep(_ table: String, _ columns: String, key: String) -> SQLStatement {
        let sets = columns.split(separator: ",").map { $0.drop { $0 == " " } }.map { "\($0) = excluded.\($0)" }
        return SQLStatement(insert(table, columns).sql + " ON CONFLICT (\(key)) DO UPDATE SET \(sets.joined(separator: ", "))")
    }

    /// By the first column.
    private static func update(_ table: String, _ columns: String) -> SQLStatement {
        let names = columns.split(separator: ",").map { $0.drop { $0 == " " } }
        let sets = names.enumerated().dropFirst().map { "\($1) = $\($0 + 1)" }
        return SQLStatement("UPDATE \(table) SET \(sets.joined(separator: ", ")) WHERE \(names[0]) = $1")
    }
}
