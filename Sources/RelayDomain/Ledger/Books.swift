/// Rows of one kind: what a batch has loaded, and what it has changed since.
public struct Rows<ID: Hashable & Sendable, Row: Sendable>: Sendable {
    private var rows: [ID: Row] = [:]
    /// Ids that the database does not have yet, in the order of their creation.
    public private(set) var inserted: [ID] = []
    /// Ids whose row in the database is out of date.
    public private(set) var updated: Set<ID> = []

    public init() {}

    public subscript(id: ID) -> Row? { rows[id] }

    public var all: Dictionary<ID, Row>.Values { rows.values }

    /// Takes a row as it is in the database.
    public mutating func load(_ id: ID, _ row: Row) {
        rows[id] = row
    }

    mutating func insert(_ id: ID, _ row: Row) {
        rows[id] = row
        inserted.append(id)
    }

    mutating func update(_ id: ID, _ row: Row) {
        rows[id] = row
        if !inserted.contains(id) { updated.insert(id) }
    }
}

/// What a batch of commands needs to have loaded before the first of them is decided.
public struct BooksNeeds: Sendable {
    public private(set) var wallets: Set<AccountID> = []
    public private(set) var keyHashes: Set<KeyHash> = []
    public private(set) var keys: Set<KeyID> = []
    /// Requests whose hold, or the receipt that it became, is wanted.
    public private(set) var requests: Set<RequestID> = []
    public private(set) var orders: Set<OrderID> = []
    public private(set) var emails: Set<String> = []
    public private(set) var transactions: Set<String> = []
    public private(set) var adjustments: Set<AdjustmentID> = []
    public private(set) var answers: Set<AnswerRecord.ID> = []
    /// Accounts whose open reviews are wanted, and reviews by their own id.
    public private(set) var reviewedAccounts: Set<AccountID> = []
    public private(set) var reviews: Set<ReviewID> = []
    /// What payments need.
    public private(set) var payments = PaymentNeeds()

    public init(_ commands: some Sequence<Command>) {
        for command in commands {
            if let account = command.account { wallets.insert(account) }
            switch command {
            case .admit(let request):
                keyHashes.insert(request.secret.hash)
                if let claim = request.idempotency { answers.insert(AnswerRecord.ID(account: request.secret.account, key: claim.key)) }
            case .move(let move):
                keyHashes.insert(move.admission.secret.hash)
                requests.insert(move.admission.request)
            case .end(let ending):
                requests.insert(ending.request)
                if case .settle(let usage) = ending.outcome, usage.source != .reported { reviewedAccounts.insert(ending.account) }
            case .openAccount(let account): emails.insert(account.email)
            case .suspend, .setPlan: break
            case .createKey(let key): keyHashes.insert(key.hash)
            case .revokeKey(_, let key, _): keys.insert(key)
            case .adjust(let adjustment): adjustments.insert(adjustment.id)
            case .createOrder(let order): orders.insert(order.id)
            case .confirmOrder(let confirmation):
                orders.insert(confirmation.order)
                if let transaction = confirmation.transaction { transactions.formUnion(RechargeOrder.names(of: transaction)) }
                payments.add(confirmation)
            case .cancelOrder(_, let order, _): orders.insert(order)
            case .placeOrder(let placement):
                orders.insert(placement.order.id)
                payments.add(placement)
            case .settleDeposit(let settlement):
                if let order = settlement.order { orders.insert(order) }
                payments.add(settlement)
            case .decideDeposit(let decision):
                if let order = decision.order { orders.insert(order) }
                payments.add(decision)
            case .claimPayment(let claim):
                orders.insert(claim.id.order)
                payments.add(claim)
            case .find(let finding): reviewedAccounts.insert(finding.account)
            case .resolve(let resolution): reviews.insert(resolution.review)
            }
        }
    }
}

/// The part of the books that a batch works on, in memory: loaded, decided upon, then written back as final values.
public struct Books: Sendable {
    public var wallets = Rows<AccountID, Wallet>()
    public var keys = Rows<KeyID, Key>()
    public var orders = Rows<OrderID, RechargeOrder>()
    public var deposits = Rows<DepositID, Deposit>()
    public var slots = Rows<PaymentSlot, SlotLease>()
    public var claims = Rows<PaymentClaim.ID, PaymentClaim>()
    /// Accounts that this batch opens.
    public private(set) var openedAccounts: [Account] = []
    /// Holds that are open.
    public private(set) var holds: [RequestID: Hold] = [:]
    /// Holds that this batch opens, in order. One that it also closes is not among them.
    public private(set) var openedHolds: [RequestID] = []
    /// Holds of the database that this batch moves to another model.
    public private(set) var movedHolds: Set<RequestID> = []
    /// Holds of the database that this batch closes.
    public private(set) var closedHolds: [RequestID] = []
    public private(set) var receipts: [Receipt] = []
    /// Receipts of the database that this batch changes: of holds that had expired, and are settled after all.
    public private(set) var revisedReceipts: [RequestID: Receipt] = [:]
    public private(set) var transfers: [Transfer] = []
    /// What the batch adds to the operator's accounts, credits less debits.
    public private(set) var houseChanges: [OperatorAccount: Credits] = [:]

    /// What the batch adds to the usage of days, models and keys.
    public private(set) var usageChanges: [UsageGroup: UsageTotal] = [:]

    /// Answers that the batch keeps, nil for those whose key it frees.
    public private(set) var changedAnswers: [AnswerRecord.ID: AnswerRecord?] = [:]
    public private(set) var changedReviews: Set<ReviewID> = []
    /// What the batch tells programs, in order.
    public private(set) var events: [WebhookEvent] = []

    private var answers: [AnswerRecord.ID: AnswerRecord] = [:]
    private var reviews: [ReviewID: Review] = [:]
    private var keysByHash: [KeyHash: KeyID] = [:]
    private var endedRequests: [RequestID: (state: Receipt.State, charged: Credits)] = [:]
    private var expiredReceipts: [RequestID: Receipt] = [:]
    private var takenEmails: Set<String> = []
    private var usedTransactions: Set<String> = []
    private var adjustments: [AdjustmentID: (account: AccountID, credits: Credits)] = [:]

    public init() {}

    public mutating func load(key: Key) {
        keys.load(key.id, key)
        keysByHash[key.hash] = key.id
    }

    public mutating func load(hold: Hold) { holds[hold.request] = hold }

    public mutating func load(ended request: RequestID, state: Receipt.State, charged: Credits) {
        endedRequests[request] = (state, charged)
    }

    /// - Parameter receipt: of a hold that has expired.
    public mutating func load(expired receipt: Receipt) { expiredReceipts[receipt.hold.request] = receipt }

    public mutating func load(takenEmail email: String) { takenEmails.insert(email) }
    public mutating func load(usedTransaction transaction: String) { usedTransactions.insert(transaction) }
    public mutating func load(adjustment id: AdjustmentID, of account: AccountID, by credits: Credits) {
        adjustments[id] = (account, credits)
    }

    public mutating func load(answer: AnswerRecord) { answers[answer.id] = answer }
    public mutating func load(review: Review) { reviews[review.id] = review }

    func answer(_ id: AnswerRecord.ID) -> AnswerRecord? { answers[id] }

    mutating func keep(_ answer: AnswerRecord) {
        answers[answer.id] = answer
        changedAnswers[answer.id] = .some(answer)
    }

    mutating func freeAnswer(_ id: AnswerRecord.ID) {
        answers[id] = nil
        changedAnswers[id] = .some(nil)
    }

    public func review(_ id: ReviewID) -> Review? { reviews[id] }

    func openReview(of account: AccountID, _ reason: Review.Reason) -> Review? {
        reviews.values.first { $0.account == account && $0.reason == reason && $0.state == .open }
    }

    mutating func keep(_ review: Review) {
        reviews[review.id] = review
        changedReviews.insert(review.id)
    }

    func key(hash: KeyHash) -> Key? { keysByHash[hash].flatMap { keys[$0] } }
    func ended(_ request: RequestID) -> (state: Receipt.State, charged: Credits)? { endedRequests[request] }
    func isTaken(email: String) -> Bool { takenEmails.contains(email) }
    func isUsed(transaction: String) -> Bool { !usedTransactions.isDisjoint(with: RechargeOrder.names(of: transaction)) }
    func adjustment(_ id: AdjustmentID) -> (account: AccountID, credits: Credits)? { adjustments[id] }

    /// The order that was confirmed by hand with a transaction of which no deposit was in the books, as far as it is linked to none yet.
    func unlinkedOrder(confirmedBy transaction: String) -> RechargeOrder? {
        orders.all.first { $0.isCredited && $0.deposit == nil && $0.transaction == transaction }
    }

    mutating func open(_ account: Account, with wallet: Wallet) {
        openedAccounts.append(account)
        takenEmails.insert(account.email)
        wallets.insert(account.id, wallet)
    }

    mutating func insert(_ key: Key) {
        keys.insert(key.id, key)
        keysByHash[key.hash] = key.id
    }

    mutating func open(_ hold: Hold) {
        holds[hold.request] = hold
        openedHolds.append(hold.request)
    }

    /// Puts another hold in the place of the request's own.
    mutating func replace(_ hold: Hold) {
        holds[hold.request] = hold
        if !openedHolds.contains(hold.request) { movedHolds.insert(hold.request) }
    }

    mutating func close(_ receipt: Receipt) {
        let request = receipt.hold.request
        holds[request] = nil
        movedHolds.remove(request)
        if let index = openedHolds.firstIndex(of: request) {
            openedHolds.remove(at: index)
        } else {
            closedHolds.append(request)
        }
        receipts.append(receipt)
        if receipt.state == .settled { countUsage(receipt) }
        if receipt.state == .expired { expiredReceipts[request] = receipt }
        endedRequests[request] = (receipt.state, receipt.charged)
    }

    /// The receipt of a hold that has expired, and was not settled since.
    func expired(_ request: RequestID) -> Receipt? { expiredReceipts[request] }

    /// Puts a receipt in the place of one that says that its hold has expired.
    mutating func revise(_ receipt: Receipt) {
        let request = receipt.hold.request
        expiredReceipts[request] = nil
        if let index = receipts.firstIndex(where: { $0.hold.request == request }) {
            receipts[index] = receipt
        } else {
            revisedReceipts[request] = receipt
        }
        countUsage(receipt)
        endedRequests[request] = (receipt.state, receipt.charged)
    }

    private mutating func countUsage(_ receipt: Receipt) {
        let hold = receipt.hold
        let group = UsageGroup(account: hold.account, day: hold.createdAt.day, model: hold.model, key: hold.key)
        usageChanges[group, default: UsageTotal()] += UsageTotal(requests: 1, tokens: receipt.metered, credits: receipt.charged)
    }

    /// Writes a receipt that had no hold.
    mutating func record(_ receipt: Receipt) {
        receipts.append(receipt)
        endedRequests[receipt.hold.request] = (receipt.state, receipt.charged)
    }

    /// Tells programs of what the books come to. A command that is refused, or changes nothing, tells nothing.
    mutating func announce(_ event: WebhookEvent) { events.append(event) }

    mutating func markUsed(transaction: String) { usedTransactions.insert(transaction) }
    mutating func markDone(_ adjustment: Adjustment) { adjustments[adjustment.id] = (adjustment.account, adjustment.credits) }

    /// Writes a journal entry in the wallet's journal. The wallet's own posted credits are the caller's to change, before this.
    mutating func post(
        _ id: String, _ kind: Transfer.Kind, wallet: inout Wallet, debit: LedgerAccount, credit: LedgerAccount, amount: Credits,
        at: Timestamp, note: String? = nil
    ) {
        wallet.lastTransfer += 1
        transfers.append(
            Transfer(
                id: id, wallet: wallet.account, number: wallet.lastTransfer, kind: kind, debit: debit, credit: credit, amount: amount,
                balanceAfter: wallet.posted, at: at, note: note))
        if case .house(let account) = debit { houseChanges[account, default: .zero] -= amount }
        if case .house(let account) = credit { houseChanges[account, default: .zero] += amount }
    }
}
