import RelayDomain
import RelayStore
import RelayTestKit

/// Everything that a payment can come to, in each of the wallets of ``SoundBooks``.
struct SoundPayments {
    private let fixture: StoreFixture
    private let book: PaymentBook
    private static let start = StoreFixture.start

    init(_ fixture: StoreFixture) {
        self.fixture = fixture
        book = PaymentBook(reader: fixture.reader, writer: fixture.writer, dialect: fixture.store.dialect, now: { Self.start })
    }

    static let chain = ChainIdentity(chainID: 728_126_428, genesis: hash(0))

    static func hash(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }

    /// What is done with an order of each wallet.
    private enum Kind: UInt64, CaseIterable {
        case exact = 1, late, under, face, refund, plan, linked, named, waiting
    }

    func make() async throws {
        // It was scanned before there was an order.
        let early = PaymentBook(
            reader: fixture.reader, writer: fixture.writer, dialect: fixture.store.dialect,
            now: { Self.start.adding(milliseconds: -3_600_000) })
        guard let position = try await early.hold(.tron, on: Self.chain, startingAt: 99) else { throw StoreFailure(.corrupt, "not held") }
        var deposits: [ChainTransfer] = []
        for wallet in SoundBooks.wallets {
            for kind in Kind.allCases { deposits += try await order(kind, of: wallet) }
            // Two of nobody's.
            deposits += [10, 11].map { transfer(wallet * 100 + $0, Self.slot(wallet, 77)) }
            deposits.append(transfer(wallet * 100 + 12, PaymentSlot(network: .tron, address: "T", amount: TokenAmount(units: 1))))
        }
        let sweeps = SoundBooks.wallets.map { transfer(9_000 + $0, Self.slot($0, 3)) }
        _ = try await book.hold(.tron, on: Self.chain, startingAt: 0)
        _ = try await book.advance(.tron, from: position, to: 200, deposits: deposits, sweeps: sweeps)
        _ = try await book.settleDeposits(of: .tron)
        for wallet in SoundBooks.wallets { await decide(wallet) }
        let sightings = SoundBooks.wallets.map {
            Sighting(transfer: transfer(8_000 + $0, Self.slot($0, Kind.waiting.rawValue), block: 210), head: 211)
        }
        try await book.show(.tron, sightings: sightings, head: 211, final: 200)
        _ = try await book.compare(.tron, balances: ["T": TokenAmount(units: 1_000_000_000_000)], at: 200)
    }

    private static func slot(_ wallet: UInt64, _ kind: UInt64) -> PaymentSlot {
        PaymentSlot(network: .tron, address: "T\(wallet)-\(kind)", amount: TokenAmount(units: 29_000_000))
    }

    private static func order(_ wallet: UInt64, _ kind: Kind) -> OrderID { OrderID(high: 6, low: wallet * 10 + kind.rawValue) }

    private func transfer(_ number: UInt64, _ slot: PaymentSlot, block: Int64 = 100, after milliseconds: Int64 = 60_000) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: .tron, transaction: Self.hash(number), ordinal: 0), sender: "T0", recipient: slot.address,
            amount: slot.amount, block: block, blockHash: Self.hash(7), at: Self.start.adding(milliseconds: milliseconds))
    }

    /// - Returns: what is found on the chain for it.
    private func order(_ kind: Kind, of wallet: UInt64) async throws -> [ChainTransfer] {
        let (writer, account, start) = (fixture.writer, StoreFixture.account(wallet), Self.start)
        let slot = Self.slot(wallet, kind.rawValue)
        let order = RechargeOrder(
            id: Self.order(wallet, kind), account: account, plan: Plan.boundless.id, price: Credits(10), credits: Credits(500),
            createdAt: start)
        _ = await writer.perform(
            .placeOrder(
                OrderPlacement(
                    order: order, slots: [slot], decimals: 6, expiresAt: start.adding(milliseconds: 1_800_000),
                    graceUntil: start.adding(milliseconds: 604_800_000), confirmationsNeeded: 19, openLimit: 99)))
        let number = wallet * 100 + kind.rawValue
        let less = PaymentSlot(network: .tron, address: slot.address, amount: TokenAmount(units: 28_000_000 + UInt128(kind.rawValue)))
        switch kind {
        case .exact: return [transfer(number, slot)]
        case .late: return [transfer(number, slot, after: 3_600_000)]
        case .under, .face, .refund, .plan: return [transfer(number, less)]
        case .linked, .named:
            _ = await writer.perform(
                .confirmOrder(
                    OrderConfirmation(order: order.id, account: account, note: "seen", transaction: Self.hash(number), at: start)))
            return kind == .linked ? [transfer(number, slot)] : []
        case .waiting:
            _ = await writer.perform(
                .claimPayment(PaymentClaim(order: order.id, account: account, transaction: Self.hash(number), at: start)))
            return []
        }
    }

    private func decide(_ wallet: UInt64) async {
        let account = StoreFixture.account(wallet)
        for (number, action, owner) in [
            (Kind.face.rawValue, .creditFace, account), (Kind.refund.rawValue, .refund, account),
            (Kind.plan.rawValue, .creditPlan, account),
            (10, .ignore, nil),
        ] as [(UInt64, DepositDecision.Action, AccountID?)] {
            _ = await fixture.writer.perform(
                .decideDeposit(
                    DepositDecision(
                        deposit: DepositID(network: .tron, transaction: Self.hash(wallet * 100 + number), ordinal: 0), action: action,
                        order: nil, account: owner, note: "decided", at: Self.start)))
        }
    }
}
