import Foundation
import RelayDomain
import RelayTestKit

@testable import RelayStore

/// Books in which there is something of everything, made once, in order, and closed. Whoever wants to do something to them takes a copy.
enum SoundBooks {
    static let wallets: ClosedRange<UInt64> = 1...5
    static let later = StoreFixture.start.adding(milliseconds: 86_400_000)

    private static let made = Task { try await make() }

    /// A folder of one's own with `relay.db` in it.
    static func copy() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: try await made.value.path("relay.db"), toPath: folder.path("relay.db"))
        return folder
    }

    /// A keyed hash that is good enough for a test: every byte of the message tells, in every byte of the code.
    static let code: MessageCode = { message in
        var state: UInt64 = 0xCBF2_9CE4_8422_2325 ^ 42
        var bytes: [UInt8] = []
        while bytes.count < 32 {
            for byte in message { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
            withUnsafeBytes(of: state) { bytes += $0 }
        }
        return bytes
    }

    private static func make() async throws -> TemporaryFolder {
        let fixture = try StoreFixture()
        let sealer = JournalSealer(reader: fixture.reader, writer: fixture.writer, code: code)
        for wallet in wallets {
            _ = try await fixture.open(wallet, credits: Credits(1_000_000))
            await addKey(of: wallet, to: fixture.writer)
            await order(of: wallet, in: fixture.writer)
            await adjust(wallet, in: fixture.writer)
        }
        try await SoundPayments(fixture).make()
        _ = try await sealer.run()
        for round in 0..<8 as Range<UInt64> {
            for wallet in wallets { await spend(wallet, round, in: fixture.writer) }
            if round < 7 { _ = try await sealer.run() }
        }
        try await SoundWebhooks.make(in: fixture)
        try await fixture.close()
        return fixture.folder
    }

    /// A key with limits of its own, whose requests it counts.
    private static func addKey(of wallet: UInt64, to writer: LedgerWriter) async {
        _ = await writer.perform(
            .createKey(
                Key(
                    id: KeyID(high: 4, low: wallet), account: StoreFixture.account(wallet), hash: StoreFixture.hash(100 + wallet),
                    name: "k",
                    displayPrefix: "nxr_…", policy: KeyPolicy(monthlyBudget: Credits(900_000), concurrency: 50),
                    createdAt: StoreFixture.start)))
    }

    /// One that waits, one that is cancelled, and one that was paid on a chain.
    private static func order(of wallet: UInt64, in writer: LedgerWriter) async {
        let account = StoreFixture.account(wallet)
        for kind in 1...3 as ClosedRange<UInt64> {
            let order = RechargeOrder(
                id: OrderID(high: 5, low: wallet * 10 + kind), account: account, plan: Plan.boundless.id, price: Credits(10),
                credits: Credits(500), createdAt: StoreFixture.start)
            _ = await writer.perform(.createOrder(order))
            if kind == 2 { _ = await writer.perform(.cancelOrder(account, order.id, at: StoreFixture.start)) }
            guard kind == 3 else { continue }
            _ = await writer.perform(
                .confirmOrder(
                    OrderConfirmation(order: order.id, account: account, note: "paid", transaction: "tx-\(wallet)", at: StoreFixture.start))
            )
        }
    }

    private static func adjust(_ wallet: UInt64, in writer: LedgerWriter) async {
        for (number, credits) in [(1, Credits(25)), (2, Credits(-3))] as [(UInt64, Credits)] {
            _ = await writer.perform(
                .adjust(
                    Adjustment(
                        id: AdjustmentID(high: number, low: wallet), account: StoreFixture.account(wallet), credits: credits,
                        reason: "goodwill",
                        at: StoreFixture.start)))
        }
    }

    /// Seven requests: settled within and beyond their hold, estimated, voided, expired, kept and repeated; and in the last rounds some that run.
    private static func spend(_ wallet: UInt64, _ round: UInt64, in writer: LedgerWriter) async {
        let first = (wallet * 100 + round) * 100
        func run(_ number: UInt64, _ outcome: HoldEnding.Outcome?, model: String = "gpt-5.2", isCounted: Bool = true, keeps: Bool = false)
            async
        {
            let request = first + number
            await admit(request, wallet, model: model, isCounted: isCounted, claim: keeps ? "key-\(request)" : nil, in: writer)
            guard let outcome else { return }
            await end(request, wallet, outcome, model: model, keeps ? .sealed([1, 2, 3]) : .none, in: writer)
        }
        await run(1, StoreFixture.reported(80, 30, cached: 20))
        await run(2, StoreFixture.reported(90, 40), model: "gpt-5.5")
        await run(3, StoreFixture.reported(400, 300, cached: 100), isCounted: false)
        await run(4, .settle(Usage(tokens: Tokens(input: 50, output: 20), source: .estimated)))
        await run(5, round % 2 == 0 ? .void : .expire)
        await run(6, StoreFixture.reported(60, 10), keeps: true)
        // The same again is a replay.
        await admit(first + 7, wallet, model: "gpt-5.2", isCounted: true, claim: "key-\(first + 6)", in: writer)
        guard round > 5 else { return }
        await run(8, nil)
        await run(9, nil, model: "gpt-5.5", keeps: true)
    }

    private static func admit(
        _ request: UInt64, _ wallet: UInt64, model: String, isCounted: Bool, claim: String?, in writer: LedgerWriter
    ) async {
        var admission = AdmissionRequest(
            request: StoreFixture.request(request),
            secret: PresentedKey(account: StoreFixture.account(wallet), hash: StoreFixture.hash(isCounted ? 100 + wallet : wallet)),
            endpoint: "/v1/chat/completions", isStream: false, model: .named(model), input: InputCount(tokens: 100, isFinal: true),
            askedOutputTokens: 100, choices: 1, clientRetryCount: 0, at: StoreFixture.start)
        admission.idempotency = claim.map { IdempotencyClaim(key: $0, fingerprint: [7]) }
        _ = await writer.perform(.admit(admission))
    }

    private static func end(
        _ request: UInt64, _ wallet: UInt64, _ outcome: HoldEnding.Outcome, model: String, _ answer: AnswerKeeping, in writer: LedgerWriter
    ) async {
        let attempts = [
            Attempt(upstream: "down", model: model, outcome: .failed, status: 500, milliseconds: 5),
            Attempt(upstream: wallet % 2 == 0 ? "even" : "odd", model: model, outcome: .answered, status: 200, milliseconds: 5),
        ]
        _ = await writer.perform(
            .end(
                HoldEnding(
                    request: StoreFixture.request(request), account: StoreFixture.account(wallet), outcome: outcome,
                    facts: ExchangeFacts(attempts: attempts, milliseconds: 9), answer: answer, at: StoreFixture.start)))
    }
}
