public import RelayDomain

/// The one transaction script for money: loads the rows that a batch of commands touches, lets the ledger decide, writes the final values.
///
/// Written once for every database. A wallet that twenty commands of a batch touch is read once and written once.
public struct BatchScript: Sendable {
    /// Called where a batch that programs are told of is durable.
    private let whenAnnounced: @Sendable () -> Void

    public init(whenAnnounced: @escaping @Sendable () -> Void = {}) {
        self.whenAnnounced = whenAnnounced
    }

    /// Runs the batch in one transaction.
    /// - Returns: a reply for each command, in order; durable when this returns.
    /// - Throws: ``UndecidedBatch`` when nobody knows yet whether it was committed; any other error says that nothing was written.
    public func run(_ commands: [Command], by ledger: Ledger, on session: some SQLSession) throws -> [Reply] {
        var replies: [Reply] = []
        var announces = false
        do {
            try session.transaction {
                (replies, announces) = try decide(commands, by: ledger, on: session)
            }
        } catch let failure as StoreFailure where failure.kind == .undecided {
            throw UndecidedBatch(replies: replies, failure: failure)
        }
        if announces { whenAnnounced() }
        return replies
    }

    /// Within a transaction that has begun.
    /// - Returns: a reply for each command, in order, and whether programs are told of any.
    func decide(_ commands: [Command], by ledger: Ledger, on session: some SQLSession) throws -> (replies: [Reply], announces: Bool) {
        var books = try load(BooksNeeds(commands), from: session)
        let replies = commands.map { ledger.decide($0, in: &books) }
        try write(books, to: session)
        return (replies, !books.events.isEmpty)
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
        let expired = try loadEnded(needs, into: &books, from: session)
        // What a counted key has used also changes when one of its holds ends.
        let counted = (Array(books.holds.values) + expired).lazy.filter(\.isKeyCounted).map(\.key)
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
        let attributed = try loadPayments(needs.payments, into: &books, from: session)
        try session.query(Statements.order, each: Array(needs.orders.union(attributed)), bind: { $1.append($0) }) {
            let order = try RechargeOrder(row: $0)
            books.orders.load(order.id, order)
        }
        try session.query(Statements.email, each: Array(needs.emails), bind: { $1.append($0) }) { books.load(takenEmail: $0.text(0)) }
        try session.query(Statements.payment, each: Array(needs.transactions), bind: { $1.append($0) }) {
            books.load(usedTransaction: $0.text(0))
        }
        try session.query(Statements.adjustment, each: Array(needs.adjustments), bind: { $1.append($0) }) {
            let isAdded = $0.text(2) == OperatorAccount.adjustment.name
            books.load(adjustment: try $0.identifier(0), of: try $0.identifier(1), by: isAdded ? $0.credits(3) : .zero - $0.credits(3))
        }
        return books
    }

    /// Requests without a hold have ended, or were never there.
    /// - Returns: the holds that have expired, and may be settled after all.
    private func loadEnded(_ needs: BooksNeeds, into books: inout Books, from session: some SQLSession) throws -> [Hold] {
        var expired: [RequestID] = []
        try session.query(
            Statements.ended, each: needs.requests.filter { books.holds[$0] == nil }, bind: { $1.append($0) }
        ) {
            let (request, state) = (try $0.identifier(0, RequestKind.self), try $0.named(1, Receipt.State.self))
            books.load(ended: request, state: state, charged: $0.credits(2))
            if state == .expired { expired.append(request) }
        }
        let receipts = try loadRevisable(expired, from: session)
        for receipt in receipts { books.load(expired: receipt) }
        return receipts.map(\.hold)
    }

    /// The receipts of holds that have expired, as far as they may still be changed: not those of a day that is being archived.
    ///
    /// The archiver claims a day, and then locks each such receipt to write it as it is. This locks first, and then looks for a claim: so
    /// either the archive has what is written here, or the claim is seen.
    private func loadRevisable(_ requests: [RequestID], from session: some SQLSession) throws -> [Receipt] {
        var receipts: [Receipt] = []
        try session.query(Statements.receipt, each: requests, bind: { $1.append($0) }) { receipts.append(try Receipt(row: $0)) }
        receipts.removeAll { $0.state != .expired }
        var archiving: Set<Int64> = []
        try session.query(Statements.archiving, each: Array(Set(receipts.map(\.hold.createdAt.day))), bind: { $1.append($0) }) {
            archiving.insert($0.integer(0))
        }
        return receipts.filter { !archiving.contains($0.hold.createdAt.day) }
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
        let epoch = session.epoch
        try session.execute(Statements.insertHold, each: books.openedHolds) {
            books.holds[$0]!.write(to: &$1)
            $1.append(epoch)
        }
        try session.execute(
            Statements.updateHold, each: Array(books.movedHolds), otherwise: StoreFailure(.constraint, "a hold was moved after its end")
        ) { books.holds[$0]!.write(to: &$1) }
        // The compare-and-set of every ending: a hold that is no longer there fails the batch, whatever was decided.
        try session.execute(Statements.deleteHold, each: books.closedHolds, otherwise: StoreFailure(.constraint, "a hold ended twice")) {
            $1.append($0)
        }
        try writeAnswers(books, to: session)
        try session.execute(Statements.keepReview, each: reviews(of: books)) { $0.write(to: &$1) }
        try session.execute(Statements.insertReceipt, each: books.receipts) { $0.write(to: &$1) }
        let isGone = StoreFailure(.constraint, "a receipt was settled late that is not there")
        try session.execute(Statements.reviseReceipt, each: Array(books.revisedReceipts.values), otherwise: isGone) { $0.write(to: &$1) }
        try session.execute(Statements.insertTransfer, each: books.transfers) { $0.write(to: &$1) }
        if let first = books.transfers.first {
            try session.execute(Statements.queueForSeal) {
                $0.append(first.id)
                $0.append(books.transfers.lazy.map(\.id).joined(separator: "\n"))
            }
        }
        try session.execute(Statements.addUsage, each: Array(books.usageChanges)) { change, row in
            row.append(change.key.account)
            row.append(change.key.day)
            row.append(change.key.model)
            row.append(change.key.key)
            change.value.write(to: &row)
        }
        try session.execute(Statements.insertOrder, each: books.orders.inserted) { books.orders[$0]!.write(to: &$1) }
        try session.execute(
            Statements.updateOrder, each: books.orders.updated.sorted(), otherwise: StoreFailure(.constraint, "an order is not there")
        ) { books.orders[$0]!.write(to: &$1) }
        try writePayments(books, to: session)
        try writeEvents(books, to: session)
        // Last, and in one order: every node's batches meet at these few rows, and hold them until their commit.
        try session.execute(Statements.postHouse, each: books.houseChanges.sorted { $0.key.name < $1.key.name }) {
            $1.append($0.key.name)
            $1.append($0.value)
        }
    }

    /// What was resolved first, so that it makes room for another open one of its account and reason.
    private func reviews(of books: Books) -> [Review] {
        let reviews = books.changedReviews.sorted().map { books.review($0)! }
        return reviews.filter { $0.state != .open } + reviews.filter { $0.state == .open }
    }

    private func writeAnswers(_ books: Books, to session: some SQLSession) throws {
        guard !books.changedAnswers.isEmpty else { return }
        // In one order, so that the same batch leaves the same rows in the same places.
        let changed = books.changedAnswers.sorted { ($0.key.account, $0.key.key) < ($1.key.account, $1.key.key) }
        let kept = changed.compactMap(\.value)
        try session.execute(Statements.keepAnswer, each: kept) { $0.write(to: &$1) }
        let freed = changed.filter { $0.value == nil }.map(\.key)
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

/// A batch whose commit was sent, and whose outcome is not known.
public struct UndecidedBatch: Error {
    /// What is true if it was committed.
    public let replies: [Reply]
    public let failure: StoreFailure
}

extension SQLSession {
    func query<Row>(
        _ statement: SQLStatement, each rows: [Row], bind: (Row, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try query(statement, count: rows.count, bind: { bind(rows[$0], &$1) }, row: row)
    }

    func execute<Row>(
        _ statement: SQLStatement, each rows: [Row], otherwise: StoreFailure? = nil, bind: (Row, inout SQLParameters) -> Void
    ) throws {
        try execute(statement, count: rows.count, otherwise: otherwise) { bind(rows[$0], &$1) }
    }
}
