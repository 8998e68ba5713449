import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore

/// What scanners may write, and when.
@Suite struct ScanningTests {
    private typealias Books = PaymentBooks

    private func isFenced(_ work: () async throws -> Void) async -> Bool {
        do {
            try await work()
            return false
        } catch { return (error as? StoreFailure)?.kind == .fenced }
    }

    @Test("A network is scanned by one node at a time: it changes hands at once when that node is gone", arguments: DatabaseKind.allCases)
    func gone(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        #expect(position == ScanPosition(cursor: 99, start: 99))
        #expect(try await books.book.hold(.tron, on: Books.chain, startingAt: 500) == position)
        #expect(try await books.secondBook.hold(.tron, on: Books.chain, startingAt: 500) == nil)
        // Another network is free.
        let bsc = ChainIdentity(chainID: 56, genesis: "0x1")
        #expect(try await books.secondBook.hold(.bsc, on: bsc, startingAt: 7) == ScanPosition(cursor: 7, start: 7))
        try await books.secondBook.bury(.tron)
        #expect(try await books.secondBook.hold(.tron, on: Books.chain, startingAt: 500) == position)
        #expect(await isFenced { _ = try await books.book.advance(.tron, from: position, to: 100, deposits: [], sweeps: []) })
        #expect(await isFenced { try await books.book.show(.tron, sightings: [], head: 1, final: 1) })
        try await books.close()
    }

    @Test("A living node that does not come back loses a network after a while", arguments: DatabaseKind.allCases)
    func absent(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        try await books.secondBook.age(.tron, milliseconds: 1_200_000)
        #expect(try await books.secondBook.hold(.tron, on: Books.chain, startingAt: 0) == nil)
        _ = try await books.book.advance(.tron, from: position, to: 100, deposits: [], sweeps: [])
        try await books.secondBook.age(.tron, milliseconds: 1_200_000)
        #expect(try await books.secondBook.hold(.tron, on: Books.chain, startingAt: 0) == nil)
        try await books.secondBook.age(.tron, milliseconds: 3_000_000)
        #expect(try await books.secondBook.hold(.tron, on: Books.chain, startingAt: 0) == ScanPosition(cursor: 100, start: 99))
        #expect(
            await isFenced {
                _ = try await books.book.advance(.tron, from: ScanPosition(cursor: 100, start: 99), to: 101, deposits: [], sweeps: [])
            })
        #expect(try await books.book.hold(.tron, on: Books.chain, startingAt: 0) == nil)
        // The node itself has not lost its own lease by that.
        let living = SQLStatement("SELECT count(*) FROM nodes WHERE state = 'living'")
        #expect(try await books.fixture.store.read { try $0.rows(living) { $0.integer(0) } } == [2])
        #expect(try await books.fixture.store.read { try $0.rows(SQLStatement("SELECT count(*) FROM nodes")) { $0.integer(0) } } == [2])
        try await books.close()
    }

    @Test("Who reads a long span for minutes keeps the network", arguments: DatabaseKind.allCases)
    func slow(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        func book(of writer: LedgerWriter) -> PaymentBook {
            PaymentBook(reader: books.reader, writer: writer, dialect: books.fixture.store.dialect, now: { Books.start })
        }
        let (first, second) = (book(of: books.writers[0]), book(of: books.writers[1]))
        let position = try #require(try await first.hold(.tron, on: Books.chain, startingAt: 99))
        try await second.age(.tron, milliseconds: 300_000)
        #expect(try await second.hold(.tron, on: Books.chain, startingAt: 0) == nil)
        _ = try await first.advance(.tron, from: position, to: 100, deposits: [], sweeps: [])
        try await second.age(.tron, milliseconds: 900_000)
        #expect(try await second.hold(.tron, on: Books.chain, startingAt: 0)?.cursor == 100)
        try await books.close()
    }

    @Test("Another chain than the books' is refused, and nothing is written", arguments: DatabaseKind.allCases)
    func otherChain(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        _ = try await books.book.hold(.tron, on: Books.chain, startingAt: 99)
        let other = ChainIdentity(chainID: 1, genesis: Books.chain.genesis)
        await #expect(throws: OtherChain(known: Books.chain, found: other)) {
            _ = try await books.book.hold(.tron, on: other, startingAt: 99)
        }
        #expect(try await books.book.hold(.tron, on: Books.chain, startingAt: 0) == ScanPosition(cursor: 99, start: 99))
        #expect(books.writer.isHealthy)
        try await books.close()
    }

    @Test("Deposits, sweeps and the cursor are one: what was written once is not written again", arguments: DatabaseKind.allCases)
    func once(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        let transfers = (1...3 as ClosedRange<UInt64>).map { Books.transfer($0) }
        let next = try await books.book.advance(.tron, from: position, to: 200, deposits: transfers, sweeps: [Books.transfer(4)])
        #expect(next == ScanPosition(cursor: 200, start: 99))
        // As after a reply that was lost.
        #expect(
            await isFenced {
                _ = try await books.book.advance(.tron, from: position, to: 200, deposits: transfers, sweeps: [Books.transfer(4)])
            })
        // Spans overlap. What is known stays as it is.
        var changed = transfers
        changed[0] = Books.transfer(1, Books.slot(1))
        _ = try await books.book.advance(.tron, from: next, to: 201, deposits: changed + [Books.transfer(5)], sweeps: [Books.transfer(4)])
        let deposits = try await books.reader.deposits(limit: 9, after: nil).items
        #expect(deposits.count == 4 && deposits.allSatisfy { $0.state == .new && $0.transfer.amount.units == 29_000_000 })
        #expect(try await books.reader.deposit(transfers[2].id)?.transfer == transfers[2])
        #expect(try await books.sums(of: .tron) == ["\(4 * 29_000_000)", "29000000"])
        // Beyond the cursor, or of another network.
        for (cursor, transfer) in [(210, Books.transfer(6, block: 211)), (199, Books.transfer(6, block: 100))] {
            await #expect(throws: StoreFailure.self) {
                _ = try await books.book.advance(
                    .tron, from: ScanPosition(cursor: 201, start: 99), to: Int64(cursor), deposits: [transfer], sweeps: [])
            }
        }
        #expect(try await books.book.hold(.tron, on: Books.chain, startingAt: 0) == ScanPosition(cursor: 201, start: 99))
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("What is not final is shown with its confirmations, and replaced as a whole", arguments: DatabaseKind.allCases)
    func sightings(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        for account in 1...2 as ClosedRange<UInt64> {
            _ = try await books.fixture.open(account, credits: Credits(1))
            _ = await books.place(account, of: account, [Books.slot(at: "T\(account)")])
        }
        _ = try await books.book.hold(.tron, on: Books.chain, startingAt: 99)
        let transfers = (1...3 as ClosedRange<UInt64>).map { Books.transfer($0, Books.slot(at: "T\($0)"), block: 105) }
        try await books.book.show(.tron, sightings: transfers.map { Sighting(transfer: $0, head: 110) }, head: 110, final: 99)
        for account in 1...2 as ClosedRange<UInt64> {
            let order = try #require(try await books.reader.trackedOrder(OrderID(high: 7, low: account)))
            #expect(order.standing(at: .distantFuture) == .seen && order.confirmations == 6)
            #expect(order.transaction == SoundPayments.hash(account))
        }
        try await books.book.show(.tron, sightings: [Sighting(transfer: transfers[1], head: 111)], head: 111, final: 90)
        let orders = try await books.reader.trackedOrders(of: nil, limit: 9, after: nil).items
        #expect(orders.prefix(2).map { $0.standing(at: Books.start) } == [.seen, .waiting])
        #expect(try await books.reader.trackedOrders(of: StoreFixture.account(1), limit: 1, after: nil).items.map(\.order.id.low) == [1])
        // Credited, it counts on from its own block.
        try await books.find(transfers)
        try await books.book.show(.tron, sightings: [], head: 220, final: 210)
        let credited = try #require(try await books.reader.trackedOrder(OrderID(high: 7, low: 1)))
        #expect(credited.standing(at: .distantFuture) == .credited && credited.confirmations == 116)
        let status = try #require(try await books.reader.networks().first { $0.network == .tron })
        #expect(
            status.chain == Books.chain && status.cursor == 200 && status.head == 220 && status.final == 210 && status.scanner == "test")
        #expect(try await books.reader.networks().count == PaymentNetwork.allCases.count)
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("What the chain holds is compared with the books, beyond what was there before", arguments: DatabaseKind.allCases)
    func balances(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        let before = TokenAmount(units: 7_000_000)
        #expect(try await books.book.compare(.tron, balances: ["T1": before], at: 100) == nil)
        #expect(try await books.book.compare(.tron, balances: ["T1": before], at: 99) == before)
        let next = try await books.book.advance(.tron, from: position, to: 200, deposits: [Books.transfer(1)], sweeps: [])
        #expect(try await books.book.compare(.tron, balances: ["T1": TokenAmount(units: 36_000_000)], at: 200)?.units == 36_000_000)
        #expect(try await books.findings().isEmpty)
        let sweep = Books.transfer(2, Books.slot(30_000_000), block: 201)
        _ = try await books.book.advance(.tron, from: next, to: 201, deposits: [], sweeps: [sweep])
        #expect(try await books.book.compare(.tron, balances: ["T1": TokenAmount(units: 36_000_000)], at: 201)?.units == 6_000_000)
        #expect(try await books.findings().map(\.name) == ["addresses hold on the chain what the books say"])
        // What a look back finds in blocks that were compared already counts as well.
        let found = Books.transfer(3, Books.slot(30_000_000), block: 150)
        _ = try await books.book.advance(.tron, from: ScanPosition(cursor: 201, start: 99), to: 210, deposits: [found], sweeps: [])
        #expect(try await books.book.compare(.tron, balances: ["T1": TokenAmount(units: 36_000_000)], at: 201)?.units == 36_000_000)
        #expect(try await books.findings().isEmpty)
        // And what is beyond the block does not.
        _ = try await books.book.advance(
            .tron, from: ScanPosition(cursor: 210, start: 99), to: 220, deposits: [Books.transfer(4, block: 215)], sweeps: [])
        #expect(try await books.book.compare(.tron, balances: ["T1": TokenAmount(units: 36_000_000)], at: 210)?.units == 36_000_000)
        #expect(try await books.book.compare(.tron, balances: ["T1": TokenAmount(units: 36_000_000)], at: 209) == nil)
        try await books.close()
    }

    @Test(
        "An address that comes or goes brings or takes what it holds, and what was missing stays missing", arguments: DatabaseKind.allCases)
    func addresses(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        func compare(_ balances: [String: UInt128], at block: Int64) async throws -> UInt128? {
            try await books.book.compare(.tron, balances: balances.mapValues { TokenAmount(units: $0) }, at: block)?.units
        }
        #expect(try await compare(["T1": 5], at: 99) == 5)
        // It holds tokens already, and the next is drained unseen while it is not watched.
        #expect(try await compare(["T1": 5, "T2": 1_000], at: 99) == 1_005)
        let next = try await books.book.advance(
            .tron, from: position, to: 200, deposits: [Books.transfer(1, Books.slot(at: "T2"))], sweeps: [])
        #expect(try await compare(["T1": 5, "T2": 29_001_000], at: 200) == 29_001_005)
        #expect(try await compare(["T1": 5], at: 200) == 5)
        #expect(try await compare(["T1": 5, "T2": 0], at: 200) == 5)
        #expect(try await books.findings().isEmpty)
        // Three units are missing, whatever is watched.
        _ = try await books.book.advance(.tron, from: next, to: 300, deposits: [], sweeps: [])
        #expect(try await compare(["T1": 2, "T2": 0], at: 300) == 5)
        #expect(try await compare(["T1": 2], at: 300) == 5)
        #expect(try await compare(["T1": 2, "T3": 70], at: 300) == 75)
        #expect(try await compare(["T1": 5, "T3": 70], at: 300) == 75)
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Addresses are watched for a week after an order may own a slot at them", arguments: DatabaseKind.allCases)
    func watched(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        _ = try await books.fixture.open(1, credits: Credits(1))
        #expect(try await books.book.watched(.tron).isEmpty)
        _ = await books.place(1, of: 1, [Books.slot(at: "T2")])
        _ = await books.place(2, of: 1, [Books.slot(at: "T1")])
        _ = await books.place(3, of: 1, [Books.slot(28_000_000, at: "T1")])
        #expect(try await books.book.watched(.tron) == ["T1", "T2"])
        #expect(try await books.book.watched(.bsc).isEmpty)
        _ = await books.writer.perform(.cancelOrder(StoreFixture.account(1), OrderID(high: 7, low: 1), at: StoreFixture.start))
        books.time.withLock { $0 = Books.start.adding(milliseconds: 2 * 604_800_000 + 120_000) }
        #expect(try await books.book.watched(.tron) == ["T1", "T2"])
        books.time.withLock { $0 = Books.start.adding(milliseconds: 2 * 604_800_000 + 120_002) }
        #expect(try await books.book.watched(.tron).isEmpty)
        try await books.close()
    }

    @Test(
        "Dust is ignored as it is found, but not what an order asks for; what is doubtful waits for the operator",
        arguments: DatabaseKind.allCases)
    func dust(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        _ = try await books.fixture.open(1, credits: Credits(1))
        _ = await books.place(1, of: 1, [Books.slot(5_000)])
        _ = await books.place(2, of: 1, [Books.slot(29_000_000, at: "T2")])
        let doubtful = ChainTransfer(doubtful: Books.transfer(5, Books.slot(at: "T2")))
        try await books.find([
            Books.transfer(1, Books.slot(9_999, at: "T2")), Books.transfer(2, Books.slot(10_000, at: "T3")),
            Books.transfer(3, Books.slot(5_000)),
            Books.transfer(4, Books.slot(1, at: "T3")), doubtful,
        ])
        let deposits = try await books.reader.deposits(limit: 9, after: nil).items.sorted { $0.id < $1.id }
        #expect(deposits.map(\.state) == [.ignored, .review, .credited, .ignored, .review])
        #expect(deposits.map(\.reason) == [.dust, .unknown, nil, .dust, .doubtful])
        #expect(deposits.map(\.order?.low) == [nil, nil, 1, nil, 2])
        #expect(deposits[4].transfer == doubtful)
        let order = try #require(try await books.reader.trackedOrder(OrderID(high: 7, low: 2)))
        #expect(order.order.state == .waiting && order.standing(at: Books.start) == .review)
        guard
            case .refused = await books.writer.perform(
                .decideDeposit(
                    DepositDecision(
                        deposit: deposits[0].id, action: .creditFace, order: nil, account: StoreFixture.account(1), note: "n",
                        at: Books.start)))
        else { return #expect(Bool(false)) }
        #expect(try await books.posted(1) == Credits(101))
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("A transaction is told in one way: by its receipt, or doubtfully by the block's logs", arguments: DatabaseKind.allCases)
    func toldOnce(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let doubtful = ChainTransfer(doubtful: Books.transfer(1, ordinal: 1_000_000_000))
        try await books.find([doubtful])
        try await books.find([Books.transfer(1), Books.transfer(2)], to: 210)
        try await books.find([ChainTransfer(doubtful: Books.transfer(2, ordinal: 1_000_000_000))], to: 220)
        let deposits = try await books.reader.deposits(limit: 9, after: nil).items.map(\.transfer).sorted { $0.id < $1.id }
        #expect(deposits == [doubtful, Books.transfer(2)])
        #expect(try await books.sums(of: .tron) == ["58000000", "0"])
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Very many transfers are written in several transactions, each of whole blocks", arguments: DatabaseKind.allCases)
    func many(kind: DatabaseKind) async throws {
        let books = try Books(kind)
        let position = try #require(try await books.book.hold(.tron, on: Books.chain, startingAt: 99))
        let dust = (0..<1_700 as Range<UInt64>).map { Books.transfer($0, Books.slot(1), block: 100 + Int64($0) / 300) }
        let next = try await books.book.advance(.tron, from: position, to: 200, deposits: dust.shuffled(), sweeps: [Books.transfer(9_999)])
        #expect(next == ScanPosition(cursor: 200, start: 99))
        #expect(try await books.sums(of: .tron) == ["1700", "29000000"])
        #expect(try await books.findings().isEmpty)
        try await books.close()
    }

    @Test("Steps hold whole blocks in order, and the cursor never goes back or beyond what is written")
    func steps() {
        let incoming = (0..<10 as Range<UInt64>).map { Books.transfer($0, block: 90 + Int64($0) / 2) }
        let outgoing = [Books.transfer(20, block: 93)]
        let steps = ScanStep.steps(from: 91, to: 94, deposits: incoming.reversed(), sweeps: outgoing, rows: 3)
        #expect(steps.map(\.cursor) == [91, 93, 94])
        #expect(steps.map { Set($0.deposits.map(\.block)) } == [[90, 91], [92, 93], [94]])
        #expect(steps.map(\.sweeps.count) == [0, 1, 0])
        #expect(Set(steps.flatMap(\.deposits)) == Set(incoming))
        #expect(ScanStep.steps(from: 91, to: 200, deposits: [], sweeps: [], rows: 3).map(\.cursor) == [200])
        let last = ScanStep.steps(from: 0, to: 94, deposits: incoming, sweeps: [], rows: 1)
        #expect(last.map(\.cursor) == [90, 91, 92, 93, 94] && last.allSatisfy { $0.deposits.count == 2 })
    }
}

extension ChainTransfer {
    fileprivate init(doubtful transfer: ChainTransfer) {
        self.init(
            id: transfer.id, sender: transfer.sender, recipient: transfer.recipient, amount: transfer.amount, block: transfer.block,
            blockHash: transfer.blockHash, at: transfer.at, isDoubtful: true)
    }
}

extension PaymentBooks {
    /// What a network says that it has received and given.
    fileprivate func sums(of network: PaymentNetwork) async throws -> [String] {
        let statement = SQLStatement("SELECT received, swept FROM networks WHERE name = $1")
        return try await fixture.store.read { session in
            try session.rows(statement, bind: { $0.append(network.rawValue) }, { [$0.text(0), $0.text(1)] }).flatMap(\.self)
        }
    }
}

extension PaymentBook {
    /// Lets time pass for a network.
    fileprivate func age(_ network: PaymentNetwork, milliseconds: Int64) async throws {
        try await writer.run { session in
            try session.execute(SQLStatement("UPDATE networks SET scan_until = scan_until - $2 WHERE name = $1")) {
                $0.append(network.rawValue)
                $0.append(milliseconds)
            }
        }
    }

    /// Declares gone the node that holds a network.
    fileprivate func bury(_ network: PaymentNetwork) async throws {
        try await writer.run { session in
            try session.execute(
                SQLStatement("UPDATE nodes SET state = 'gone' WHERE epoch = (SELECT scanner_epoch FROM networks WHERE name = $1)")
            ) { $0.append(network.rawValue) }
        }
    }
}
