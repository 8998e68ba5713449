import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

/// From an order to its credit, in a database.
@Suite struct SettlingTests {
    private typealias Books = PaymentBooks

    private static func id(_ number: UInt64) -> OrderID { OrderID(high: 7, low: number) }

    private func states(_ books: PaymentBooks) async throws -> [UInt64: RechargeOrder.State] {
        let orders = try await books.reader.orders(of: nil, limit: 99, after: nil).items.filter { $0.id.high == 7 }
        return Dictionary(uniqueKeysWithValues: orders.map { ($0.id.low, $0.state) })
    }

    private func decision(_ number: UInt64, _ action: DepositDecision.Action, order: UInt64? = nil, account: UInt64?) -> Command {
        .decideDeposit(
            DepositDecision(
                deposit: Books.transfer(number).id, action: action, order: order.map(Self.id), account: account.map(StoreFixture.account),
                note: "n", refundTransaction: action == .refund ? "back" : nil, at: Books.start))
    }

    @Test("Each payment goes where it belongs", arguments: DatabaseKind.allCases)
    func all(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...2 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        for number in 1...6 as ClosedRange<UInt64> {
            guard case .order(let order) = await books.place(number, of: 1 + number % 2, [Books.slot(at: "T\(number)")]) else {
                return #expect(Bool(false))
            }
            #expect(try await books.reader.order(order.id) == order)
        }
        _ = await books.writer.perform(.cancelOrder(StoreFixture.account(1), Self.id(4), at: StoreFixture.start))
        try await books.find([
            Books.transfer(1, Books.slot(at: "T1")), Books.transfer(2, Books.slot(at: "T2"), after: 3_600_000),
            Books.transfer(3, Books.slot(28_000_000, at: "T3")), Books.transfer(4, Books.slot(at: "T4")),
            Books.transfer(5, Books.slot(30_000_000, at: "T5")), Books.transfer(6, Books.slot(at: "T9")),
            Books.transfer(7, Books.slot(at: "T1")), Books.transfer(8, Books.slot(at: "T6"), after: 605_000_000),
        ])
        #expect(try await states(books) == [1: .credited, 2: .creditedLate, 3: .waiting, 4: .cancelled, 5: .waiting, 6: .waiting])
        let deposits = try await books.reader.deposits(limit: 99, after: nil).items
        let reasons = Dictionary(uniqueKeysWithValues: deposits.map { ($0.id.transaction, $0.reason) })
        let expected: [UInt64: Deposit.ReviewReason?] = [
            1: nil, 2: nil, 3: .under, 4: .cancelled, 5: .over, 6: .unknown, 7: .duplicate, 8: .tooLate,
        ]
        for (number, reason) in expected { #expect(reasons[SoundPayments.hash(number)] == reason, "\(number)") }
        #expect(try await books.posted(1) == Credits(101))
        #expect(try await books.posted(2) == Credits(101))
        func standing(_ number: UInt64, after milliseconds: Int64) async throws -> RechargeOrder.Standing? {
            try await books.reader.trackedOrder(Self.id(number))?.standing(at: Books.start.adding(milliseconds: milliseconds))
        }
        #expect(try await standing(3, after: 0) == .waiting)
        #expect(try await standing(3, after: 3_600_000) == .review)
        #expect(try await standing(6, after: 0) == .review)
        #expect(try await books.book.settleDeposits(of: .tron) == 0)
        // Lists by state and by account, in pages.
        let review = try await books.reader.deposits(in: .review, limit: 4, after: nil)
        let rest = try await books.reader.deposits(in: .review, limit: 4, after: review.next)
        #expect(review.items.count == 4 && rest.items.count == 2 && rest.next == nil)
        #expect(Set((review.items + rest.items).map(\.id)).count == 6)
        #expect(try await books.reader.deposits(in: .credited, of: StoreFixture.account(2), limit: 9, after: nil).items.count == 1)
        #expect(try await books.reader.deposits(of: StoreFixture.account(1), limit: 9, after: nil).items.count == 3)
        #expect(try await books.reader.deposits(of: SoundPayments.hash(5)).map(\.order) == [Self.id(5)])
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Every command about payments can be entered, one at a time and several at once", arguments: DatabaseKind.allCases)
    func statements(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...8 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        var deposits: [ChainTransfer] = []
        for number in 1...8 as ClosedRange<UInt64> {
            deposits += [
                Books.transfer(number, Books.slot(28_000_000, at: "T\(number)")), Books.transfer(100 + number, Books.slot(at: "X")),
            ]
        }
        for accounts in [1...1, 2...8] as [ClosedRange<UInt64>] {
            let slots = accounts.map { Books.slot(at: "T\($0)") }
            // All ask for the same slots, in the same transaction, and each gets another one.
            try run(accounts.map { Books.placement($0, of: $0, slots) }, on: books)
            try run(
                accounts.map {
                    .claimPayment(
                        PaymentClaim(
                            order: Self.id($0), account: StoreFixture.account($0), transaction: SoundPayments.hash(100 + $0),
                            at: Books.start))
                }, on: books)
        }
        try await books.find(deposits)
        #expect(try await books.reader.deposits(in: .review, limit: 99, after: nil).items.filter { $0.reason == .claimed }.count == 8)
        #expect(try await books.reader.claims(of: Self.id(3)).map(\.id.transaction) == [SoundPayments.hash(103)])
        #expect(try await books.reader.claims(to: SoundPayments.hash(103)).map(\.account) == [StoreFixture.account(3)])
        for numbers in [1...1, 2...4] as [ClosedRange<UInt64>] {
            try run(numbers.map { decision($0, .refund, account: $0) }, on: books)
            try run(numbers.map { decision(100 + $0, .creditFace, account: $0) }, on: books)
        }
        try run([decision(105, .ignore, account: nil), decision(106, .refund, account: nil)], on: books)
        try run([decision(5, .creditPlan, account: 5), decision(6, .creditPlan, order: 7, account: 7)], on: books)
        try run(
            [
                .confirmOrder(
                    OrderConfirmation(
                        order: Self.id(8), account: StoreFixture.account(8), note: "n", transaction: SoundPayments.hash(8), at: Books.start)
                )
            ], on: books)
        let states = try await states(books)
        #expect(
            states == [1: .waiting, 2: .waiting, 3: .waiting, 4: .waiting, 5: .credited, 6: .waiting, 7: .credited, 8: .credited])
        #expect(try await books.posted(1) == Credits(29_000_001))
        #expect(try await books.posted(8) == Credits(101))
        #expect(try await books.reader.statement(of: StoreFixture.account(1), month: Books.start.month)?.entries.count == 4)
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    /// One transaction.
    private func run(_ commands: [Command], on books: PaymentBooks) throws {
        let replies = try BatchScript().run(commands, by: StoreFixture.ledger, on: books.fixture.store.writerSession())
        for reply in replies { if case .refused(let refusal) = reply { Issue.record("\(refusal)") } }
    }

    @Test("Two nodes never give one slot to two orders, and what one settles the other does not", arguments: DatabaseKind.allCases)
    func nodes(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...4 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        let slots = (0..<20 as Range<UInt128>).map { Books.slot(29_000_000 - $0 * 100) }
        let replies = await withTaskGroup(of: Reply.self) { group in
            for number in 1...24 as ClosedRange<UInt64> {
                let writer = books.writers[Int(number) % 2]
                group.addTask { await writer.perform(Books.placement(number, of: 1 + number % 4, slots)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let taken = replies.compactMap { if case .order(let order) = $0 { order.payment?.slot } else { nil } }
        #expect(Set(taken) == Set(slots) && taken.count == slots.count)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        let transfers = slots.enumerated().map { Books.transfer(UInt64($0.offset), $0.element) }
        _ = try await books.book.advance(.tron, from: position, to: 200, deposits: transfers, sweeps: [])
        async let first = books.book.settleDeposits(of: .tron)
        async let second = books.secondBook.settleDeposits(of: .tron)
        _ = try await (first, second)
        let credited = try await books.reader.deposits(in: .credited, limit: 99, after: nil).items
        #expect(credited.count == 20 && Set(credited.compactMap(\.order)).count == 20)
        var total = Credits.zero
        for account in 1...4 as ClosedRange<UInt64> { total += try await books.posted(account) ?? .zero }
        #expect(total == Credits(4 + 2_000))
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test(
        "A confirmation that came between matching and settling keeps the deposit new, and is linked to it",
        arguments: DatabaseKind.allCases)
    func confirmedMeanwhile(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        _ = try await books.fixture.open(1, credits: Credits(1))
        _ = await books.place(1, of: 1)
        let transfers = [
            Books.transfer(7, Books.slot(5_000_000, at: "T9")), Books.transfer(7, Books.slot(28_000_000, at: "T9"), ordinal: 1),
        ]
        guard
            case .order = await books.writer.perform(
                .confirmOrder(
                    OrderConfirmation(
                        order: Self.id(1), account: StoreFixture.account(1), note: "n", transaction: SoundPayments.hash(7), at: Books.start)
                ))
        else { return #expect(Bool(false)) }
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        _ = try await books.book.advance(.tron, from: position, to: 200, deposits: transfers, sweeps: [])
        // As a node whose look at the orders was older.
        let overtaken = Command.settleDeposit(DepositSettlement(deposit: transfers[1].id, order: nil, at: Books.start))
        guard case .deposit(let deposit) = await books.writer.perform(overtaken) else { return #expect(Bool(false)) }
        #expect(deposit.state == .new)
        #expect(try await books.book.settleDeposits(of: .tron) == 2)
        let deposits = try await books.reader.deposits(of: SoundPayments.hash(7))
        #expect(deposits.map(\.outcome) == [nil, .linked] && deposits.map(\.state) == [.review, .credited])
        #expect(try await books.reader.order(Self.id(1))?.deposit == transfers[1].id)
        #expect(try await books.posted(1) == Credits(101))
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Another order's exact payment is no rival of what an order was confirmed by", arguments: DatabaseKind.allCases)
    func exactSibling(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...2 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        _ = await books.place(1, of: 1)
        _ = await books.place(2, of: 2, [Books.slot(99_000_000)])
        _ = await books.writer.perform(
            .confirmOrder(
                OrderConfirmation(
                    order: Self.id(1), account: StoreFixture.account(1), note: "n", transaction: SoundPayments.hash(7), at: Books.start)))
        let (less, exact) = (Books.transfer(7, Books.slot(28_000_000)), Books.transfer(7, Books.slot(99_000_000), ordinal: 1))
        try await books.find([less, exact])
        #expect(try await books.reader.deposits(of: SoundPayments.hash(7)).map(\.outcome) == [.linked, .matched])
        #expect(try await states(books) == [1: .credited, 2: .credited])
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Deposits are locked by one statement, in one order, however they were asked for")
    func lockOrder() async throws {
        let books = try Books(.sqlite)
        for account in 1...2 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        _ = await books.place(1, of: 1)
        let transfers = (1...4 as ClosedRange<UInt64>).map { Books.transfer($0, Books.slot(5_000_000, at: "T9")) }
        try await books.find(transfers)
        let session = RecordingSession(books.fixture.store.writerSession())
        _ = try BatchScript().run(
            [
                decision(2, .ignore, account: nil), decision(4, .ignore, account: nil),
                .confirmOrder(
                    OrderConfirmation(
                        order: Self.id(1), account: StoreFixture.account(1), note: "n", transaction: SoundPayments.hash(3), at: Books.start)
                ),
                .claimPayment(
                    PaymentClaim(order: Self.id(1), account: StoreFixture.account(1), transaction: SoundPayments.hash(1), at: Books.start)),
            ], by: StoreFixture.ledger, on: session)
        let locked = session.runs.filter { $0.statement === BatchScript.Statements.deposit }
        #expect(locked.map(\.count) == [4])
        let isLocking: (RecordingSession.Run) -> Bool = { run in
            if case .read(_, "deposits", _, _, .forUpdate)? = run.statement.form { true } else { false }
        }
        #expect(session.runs.filter(isLocking).count == 1)
        // Networks before deposits: a scanner that is about to write one is waited for, and then it is seen.
        let order = session.runs.map(\.statement)
        let network = try #require(order.firstIndex { $0 === BatchScript.Statements.network })
        let deposit = try #require(order.firstIndex { $0 === BatchScript.Statements.depositsOfTransaction })
        #expect(session.runs[network].count == PaymentNetwork.allCases.count && network < deposit)
        try await books.close()
    }

    @Test("Lists of one account's orders and keys, and what scanners ask for at every look, are read by an index")
    func indexes() async throws {
        let books = try Books(.sqlite)
        _ = try await books.fixture.open(1, credits: Credits(1))
        _ = await books.place(1, of: 1)
        _ = try await books.book.hold(.tron, on: Books.chain, startingAt: 99)
        let source = RecordingSource(books.fixture.store)
        let reader = LedgerReader(source: source)
        let account = StoreFixture.account(1)
        _ = try await reader.trackedOrders(of: account, limit: 1, after: nil)
        _ = try await reader.orders(of: account, limit: 1, after: nil)
        _ = try await reader.keys(of: account, limit: 1, after: nil)
        let book = PaymentBook(reader: reader, writer: books.writer, dialect: .sqlite, now: { Books.start })
        _ = try await book.watched(.tron)
        let plans = source.plans
        for (plan, index) in zip(plans, ["orders_by_account", "orders_by_account", "keys_by_account", "payment_slots_by_time"]) {
            #expect(plan.contains(index), "\(plan)")
        }
        #expect(plans.count == 4)
        for account in [nil, account] {
            let first = try await reader.trackedOrders(of: account, limit: 1, after: nil)
            let second = try await reader.trackedOrders(of: account, limit: 1, after: first.next)
            #expect(first.items.count == 1 && second.items.count == 1 && first.items[0].order.id != second.items[0].order.id)
            #expect(try await reader.orders(of: account, limit: 9, after: nil).items.count == 2)
            #expect(try await reader.keys(of: account, limit: 9, after: nil).items.count == 1)
        }
        try await books.close()
    }

    @Test("A slot is given again after its owner's grace, and a block tells whose payment it is", arguments: DatabaseKind.allCases)
    func nextOwner(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...2 as ClosedRange<UInt64> { _ = try await books.fixture.open(account, credits: Credits(1)) }
        _ = await books.place(1, of: 1)
        let grace: Int64 = 604_800_000
        guard case .refused = await books.place(2, of: 2, at: Books.start.adding(milliseconds: grace)) else { return #expect(Bool(false)) }
        guard case .order = await books.place(2, of: 2, at: Books.start.adding(milliseconds: grace + 120_001)) else {
            return #expect(Bool(false))
        }
        try await books.find([
            Books.transfer(1, after: grace), Books.transfer(2, after: grace + 1), Books.transfer(3, after: grace + 60_000_000),
        ])
        #expect(try await states(books) == [1: .creditedLate, 2: .credited])
        #expect(try await books.reader.deposit(Books.transfer(2).id)?.order == Self.id(2))
        #expect(try await books.reader.deposit(Books.transfer(3).id)?.reason == .duplicate)
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Free slots: the exact price at the address that was longest unused, then lower prices", arguments: DatabaseKind.allCases)
    func freeSlots(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        _ = try await books.fixture.open(1, credits: Credits(1))
        func free(_ addresses: [String], limit: Int = 4, at time: Timestamp = Books.start) async throws -> [String] {
            try await books.reader.freeSlots(
                network: .tron, addresses: addresses, price: Credits(29_000_000), decimals: 6, at: time, limit: limit
            ).map { "\($0.address) \($0.amount.decimal(6))" }
        }
        #expect(try await free(["T1", "T2"]) == ["T1 29.00", "T2 29.00", "T1 28.9999", "T2 28.9999"])
        _ = await books.place(1, of: 1, [Books.slot(at: "T1")])
        #expect(try await free(["T1", "T2"]) == ["T2 29.00", "T2 28.9999", "T1 28.9999", "T2 28.9998"])
        _ = await books.place(2, of: 1, [Books.slot(28_999_900, at: "T1")])
        #expect(try await free(["T1"]) == ["T1 28.9998", "T1 28.9997", "T1 28.9996", "T1 28.9995"])
        #expect(try await free(["T1", "T3"], at: Books.start.adding(milliseconds: 605_000_000)).prefix(2) == ["T3 29.00", "T1 29.00"])
        #expect(try await free(["T1"], limit: 2_000).count == 998)
        #expect(try await free([]).isEmpty)
        try await books.close()
    }
}
