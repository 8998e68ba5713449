import RelayDomain
import RelayTestKit
import Synchronization

@testable import RelayStore

/// Books with payments, and a second node on them.
final class PaymentBooks: Sendable {
    static let start = StoreFixture.start
    static let chain = ChainIdentity(chainID: 728_126_428, genesis: SoundPayments.hash(0))

    nonisolated(unsafe) let fixture: StoreFixture
    private let secondWriter: LedgerWriter
    let time = Mutex(start)

    var reader: LedgerReader { fixture.reader }
    var writer: LedgerWriter { fixture.writer }
    var book: PaymentBook { book(on: fixture.writer) }
    /// Of another node on the same books.
    var secondBook: PaymentBook { book(on: secondWriter) }
    var writers: [LedgerWriter] { [fixture.writer, secondWriter] }

    init(
        _ kind: DatabaseKind, limits: LedgerWriterLimits = LedgerWriterLimits(), wrapping: (any SQLSession) -> any SQLSession = { $0 }
    ) throws {
        fixture = try StoreFixture(on: TestDatabase(kind), isShared: true, limits: limits, wrapping: wrapping)
        secondWriter = LedgerWriter(ledger: StoreFixture.ledger, limits: limits, logger: TestDatabase.logger)
        nonisolated(unsafe) let session = NodeSession(
            wrapping(fixture.store.writerSession()), name: "second", isShared: true, dialect: fixture.store.dialect,
            now: { Timestamp(milliseconds: 1) })
        secondWriter.start(on: session)
    }

    private func book(on writer: LedgerWriter) -> PaymentBook {
        PaymentBook(
            reader: reader, writer: writer, dialect: fixture.store.dialect, leaseMilliseconds: 3_600_000,
            now: { [self] in time.withLock { $0 } })
    }

    func close() async throws {
        await secondWriter.stop()
        try await fixture.close()
    }

    static func slot(_ units: UInt128 = 29_000_000, at address: String = "T1") -> PaymentSlot {
        PaymentSlot(network: .tron, address: address, amount: TokenAmount(units: units))
    }

    static func transfer(
        _ number: UInt64, _ slot: PaymentSlot = slot(), ordinal: Int = 0, block: Int64 = 150, after milliseconds: Int64 = 60_000
    ) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: slot.network, transaction: SoundPayments.hash(number), ordinal: ordinal), sender: "T0",
            recipient: slot.address, amount: slot.amount, block: block, blockHash: SoundPayments.hash(1),
            at: start.adding(milliseconds: milliseconds))
    }

    static func placement(
        _ number: UInt64, of account: UInt64, _ slots: [PaymentSlot] = [slot()], at time: Timestamp = start, credits: Credits = Credits(100)
    ) -> Command {
        .placeOrder(
            OrderPlacement(
                order: RechargeOrder(
                    id: OrderID(high: 7, low: number), account: StoreFixture.account(account), plan: Plan.boundless.id, price: Credits(1),
                    credits: credits, createdAt: time),
                slots: slots, decimals: 6, expiresAt: time.adding(milliseconds: 1_800_000),
                graceUntil: time.adding(milliseconds: 604_800_000), confirmationsNeeded: 19, openLimit: 50))
    }

    func place(_ number: UInt64, of account: UInt64, _ slots: [PaymentSlot] = [slot()], at time: Timestamp = start) async -> Reply {
        await writer.perform(Self.placement(number, of: account, slots, at: time))
    }

    /// Takes the network, writes what was found, and settles it.
    func find(_ deposits: [ChainTransfer], to cursor: Int64 = 200) async throws {
        let position = try await book.hold(.tron, on: Self.chain, startingAt: 99)!
        _ = try await book.advance(.tron, from: position, to: max(cursor, position.cursor), deposits: deposits, sweeps: [])
        _ = try await book.settleDeposits(of: .tron)
    }

    func findings() async throws -> [Reconciliation.Check] { try await reader.reconcile().checks.filter { !$0.isSatisfied } }

    func posted(_ account: UInt64) async throws -> Credits? { try await reader.account(StoreFixture.account(account))?.1.posted }
}
