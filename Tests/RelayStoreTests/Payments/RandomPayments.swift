import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore

/// Orders, payments, claims and decisions in random order, on two nodes that lose replies, beside a ``PaymentModel``.
final class RandomPayments {
    private typealias Books = PaymentBooks
    private static let accounts: ClosedRange<UInt64> = 1...3
    private static let amounts: [UInt128] = [29_000_000, 28_999_900, 28_999_800]
    private static let addresses = ["T1", "T2"]

    private var random: SeededGenerator
    private let books: PaymentBooks
    private let losses: ForgetfulSession.Losses
    private var model = PaymentModel(accounts: accounts, posted: Credits(1))
    private var time = StoreFixture.start
    private var nextOrder: UInt64 = 1
    private var nextHash: UInt64 = 1
    private var block: Int64 = 100
    private(set) var counts: [String: Int] = [:]

    init(_ kind: DatabaseKind, _ random: SeededGenerator) async throws {
        self.random = random
        let losses = ForgetfulSession.Losses()
        var limits = LedgerWriterLimits()
        limits.retryMilliseconds = 2
        self.losses = losses
        books = try PaymentBooks(kind, limits: limits) { ForgetfulSession($0, losses) }
        for account in Self.accounts { _ = try await books.fixture.open(account, credits: Credits(1)) }
    }

    func run(_ steps: Int) async throws {
        for step in 1...steps {
            time = time.adding(milliseconds: .random(in: 0...(chance(5) ? 400_000_000 : 900_000), using: &random))
            books.time.withLock { $0 = time }
            switch Int.random(in: 0..<100, using: &random) {
            case ..<22: await place()
            case ..<52: try await find()
            case ..<68: try await settle()
            case ..<76: await claim()
            case ..<83: await confirm()
            case ..<86: await cancel()
            default: await decide()
            }
            if step % 20 == 0 { try await compare() }
        }
        try await settle()
        try await compare()
        try await reconcile()
        try await books.close()
    }

    /// The one thing that may be found is what the operator has named and nobody has paid.
    private func reconcile() async throws {
        let unseen = model.orders.values.filter { $0.deposit == nil }.compactMap(\.named)
        for check in try await books.findings() {
            let isTrue =
                check.name == "payments that the operator named were seen on the chain"
                && check.findings.allSatisfy { finding in unseen.contains { finding.contains($0) } }
            #expect(isTrue, "seed \(random.seed): \(check)")
        }
    }

    // MARK: What happens

    private func place() async {
        let (number, account) = (nextOrder, UInt64.random(in: Self.accounts, using: &random))
        nextOrder += 1
        guard !chance(15) else {
            let order = RechargeOrder(
                id: OrderID(high: 7, low: number), account: StoreFixture.account(account), plan: Plan.boundless.id, price: Credits(1),
                credits: PaymentModel.credits, createdAt: time)
            await expect(true, .createOrder(order), "by hand")
            model.orders[number] = PaymentModel.Order(account: account, slot: nil, createdAt: time)
            return
        }
        let slots = Self.amounts.flatMap { amount in Self.addresses.map { Books.slot(amount, at: $0) } }.shuffled(using: &random).prefix(3)
        let isPlaced = model.place(number, of: account, Array(slots), at: time)
        await expect(isPlaced, Books.placement(number, of: account, Array(slots), at: time, credits: PaymentModel.credits), "placed")
    }

    /// One transaction, with one transfer or two. What it pays is some order's exact amount, or nearly, or anybody's guess.
    private func find() async throws {
        block += 1
        let hash = chance(15) ? model.orders.values.compactMap(\.named).randomElement(using: &random) : nil
        let isKnown = hash.map { hash in model.deposits.keys.contains { $0.transaction == hash } } ?? true
        let transaction = isKnown ? freshHash() : hash!
        let transfers = (0..<(chance(25) ? Int.random(in: 2...3, using: &random) : 1)).map { ordinal in
            ChainTransfer(
                id: DepositID(network: .tron, transaction: transaction, ordinal: ordinal), sender: "T0", slot: paidSlot(), block: block,
                at: time.adding(milliseconds: -.random(in: 0...(chance(10) ? 100_000_000 : 200_000), using: &random)))
        }
        for transfer in transfers { model.deposits[transfer.id] = PaymentModel.Paid(transfer: transfer) }
        count("found")
        lose()
        while true {
            let book = chance(50) ? books.book : books.secondBook
            do {
                guard let position = try await book.hold(.tron, on: Books.chain, startingAt: 99) else { continue }
                // A scanner that was told nothing begins again where the books are.
                guard position.cursor < block else { return }
                _ = try await book.advance(.tron, from: position, to: block, deposits: transfers, sweeps: [])
                // And one that comes again is refused.
                let again = try? await book.advance(.tron, from: position, to: block, deposits: transfers, sweeps: [])
                return #expect(again == nil, "seed \(random.seed)")
            } catch is StoreFailure {
                await Task.yield()
            }
        }
    }

    private func paidSlot() -> PaymentSlot {
        let order = model.orders.sorted { $0.key < $1.key }.map(\.value).filter { $0.slot != nil }.suffix(8).randomElement(using: &random)
        guard let slot = order?.slot, !chance(10) else { return Books.slot(5_000_000, at: "T9") }
        guard chance(30) else { return slot }
        return Books.slot([5_000_000, 50_000_000, Self.amounts[0]].randomElement(using: &random)!, at: slot.address)
    }

    private func settle() async throws {
        model.settle()
        count("settled")
        lose()
        while true {
            do {
                let (book, secondBook) = (books.book, books.secondBook)
                async let first = book.settleDeposits(of: .tron)
                if chance(40) { _ = try await secondBook.settleDeposits(of: .tron) }
                _ = try await first
                // What one of them was overtaken by, it looks at again.
                if try await books.reader.newDeposits(of: .tron).isEmpty { return }
            } catch is StoreFailure {
                await Task.yield()
            }
        }
    }

    private func claim() async {
        guard let number = anyOrder() else { return }
        let hash = anyHash()
        let isTaken = model.claim(hash, for: number)
        let claim = PaymentClaim(order: Self.id(number), account: account(of: number), transaction: hash, at: time)
        await expect(isTaken, .claimPayment(claim), "claimed")
    }

    private func confirm() async {
        guard let number = anyOrder() else { return }
        let hash = chance(70) ? anyHash() : nil
        let isConfirmed = model.confirm(number, by: hash, at: time)
        let confirmation = OrderConfirmation(
            order: Self.id(number), account: account(of: number), note: "named", transaction: hash, at: time)
        await expect(isConfirmed, .confirmOrder(confirmation), "confirmed")
    }

    private func cancel() async {
        guard let number = anyOrder() else { return }
        let isCancelled = model.cancel(number)
        await expect(isCancelled, .cancelOrder(account(of: number), Self.id(number), at: StoreFixture.start), "cancelled")
    }

    private func decide() async {
        guard let paid = model.deposits.sorted(by: { $0.key < $1.key }).map(\.value).suffix(20).randomElement(using: &random) else {
            return
        }
        let action = DepositDecision.Action.allCases.randomElement(using: &random)!
        let named = action == .creditPlan && chance(40) ? anyOrder() : nil
        let anybody = chance(50) ? UInt64.random(in: Self.accounts, using: &random) : nil
        let account = named.map { model.orders[$0]!.account } ?? paid.account ?? anybody
        let note = chance(80) ? "n" : "m"
        let isDecided = model.decide(paid.transfer.id, action, note: note, order: named, account: account)
        let decision = DepositDecision(
            deposit: paid.transfer.id, action: action, order: named.map(Self.id), account: account.map(StoreFixture.account), note: note,
            at: time)
        await expect(isDecided, .decideDeposit(decision), action.rawValue)
    }

    // MARK: Comparing

    /// Enters a command on some node, until it is entered or refused for a reason of its own.
    private func expect(_ isTaken: Bool, _ command: Command, _ word: String) async {
        count(isTaken ? word : "refused")
        lose()
        while true {
            let reply = await books.writers.randomElement(using: &random)!.perform(command)
            guard case .refused(let refusal) = reply else {
                return #expect(isTaken, "seed \(random.seed): \(command) was answered with \(reply)")
            }
            if refusal.code != .ledgerUnavailable { return #expect(!isTaken, "seed \(random.seed): \(command) was refused: \(refusal)") }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    private func compare() async throws {
        let hint: Comment = "seed \(random.seed)"
        let orders = try await books.reader.orders(of: nil, limit: 9_999, after: nil).items.filter { $0.id.high == 7 }
        #expect(orders.count == model.orders.count, hint)
        for order in orders {
            let expected = try #require(model.orders[order.id.low], hint)
            #expect(order.state == expected.state && order.deposit == expected.deposit, "\(hint), \(order): \(expected)")
            #expect(order.payment?.slot == expected.slot && order.transaction == expected.named, "\(hint), \(order): \(expected)")
        }
        let deposits = try await books.reader.deposits(limit: 9_999, after: nil).items
        #expect(deposits.count == model.deposits.count, hint)
        for deposit in deposits {
            let expected = try #require(model.deposits[deposit.id], hint)
            #expect(deposit.state == expected.state && deposit.reason == expected.reason, "\(hint), \(deposit): \(expected)")
            #expect(deposit.order?.low == expected.order && deposit.account?.low == expected.account, "\(hint), \(deposit): \(expected)")
        }
        for account in Self.accounts { #expect(try await books.posted(account) == model.posted[account], hint) }
    }

    // MARK: Chance

    private func chance(_ percent: Int) -> Bool { .random(in: 0..<100, using: &random) < percent }
    private func count(_ word: String) { counts[word, default: 0] += 1 }

    private func lose() {
        guard chance(20) else { return }
        for _ in 0..<Int.random(in: 1...3, using: &random) { losses.add(chance(50) ? .committed : .rolledBack) }
    }

    private func freshHash() -> String {
        nextHash += 1
        return SoundPayments.hash(nextHash)
    }

    /// Of a transaction that was found lately, or of one that was not.
    private func anyHash() -> String {
        let known = model.deposits.keys.sorted().suffix(12).randomElement(using: &random)?.transaction
        return chance(70) ? known ?? freshHash() : freshHash()
    }

    private func anyOrder() -> UInt64? { model.orders.keys.sorted().suffix(10).randomElement(using: &random) }
    private func account(of number: UInt64) -> AccountID { StoreFixture.account(model.orders[number]!.account) }
    private static func id(_ number: UInt64) -> OrderID { OrderID(high: 7, low: number) }
}

extension ChainTransfer {
    fileprivate init(id: DepositID, sender: String, slot: PaymentSlot, block: Int64, at time: Timestamp) {
        self.init(
            id: id, sender: sender, recipient: slot.address, amount: slot.amount, block: block, blockHash: SoundPayments.hash(7), at: time)
    }
}
