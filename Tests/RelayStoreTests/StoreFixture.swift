import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit

/// A real database, with a writer on it.
final class StoreFixture {
    static let start = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!
    /// The built-in plans, and one whose limits no test reaches.
    static let ledger = Ledger(
        catalogue: Catalogue(
            models: Catalogue.builtInModels, plans: Catalogue.builtInPlans + [.boundless], servedModels: ["gpt-5.2", "gpt-5.5"]))

    let database: TestDatabase
    let store: any LedgerStore
    let writer: LedgerWriter
    var reader: LedgerReader { LedgerReader(source: store) }
    var census: NodeCensus {
        NodeCensus(
            reader: reader, writer: writer, dialect: store.dialect, isShared: false, graceMilliseconds: 1_000,
            now: { Self.start })
    }
    private var nextID: UInt64 = 1

    convenience init(
        _ kind: DatabaseKind = .sqlite, limits: LedgerWriterLimits = LedgerWriterLimits(),
        wrapping: (any SQLSession) -> any SQLSession = { $0 }
    ) throws {
        try self.init(on: TestDatabase(kind), limits: limits, wrapping: wrapping)
    }

    /// On an SQLite file that is there already.
    convenience init(folder: TemporaryFolder, wrapping: (any SQLSession) -> any SQLSession = { $0 }) throws {
        try self.init(on: TestDatabase(.sqlite, in: folder), wrapping: wrapping)
    }

    /// - Precondition: the database is one.
    var sqlite: SQLiteStore { store as! SQLiteStore }

    var folder: TemporaryFolder { database.folder }

    /// - Parameter isShared: whether other nodes may be on the same books.
    init(
        on database: TestDatabase, isShared: Bool = false, limits: LedgerWriterLimits = LedgerWriterLimits(),
        wrapping: (any SQLSession) -> any SQLSession = { $0 }
    ) throws {
        self.database = database
        store = try database.open()
        writer = LedgerWriter(ledger: Self.ledger, limits: limits, logger: TestDatabase.logger)
        let session = NodeSession(
            wrapping(store.writerSession()), name: "test", isShared: isShared, dialect: store.dialect, now: { Timestamp(milliseconds: 1) })
        nonisolated(unsafe) let sending = session
        writer.start(on: sending)
    }

    func close() async throws {
        await writer.stop()
        try store.close()
    }

    static func account(_ number: UInt64) -> AccountID { AccountID(high: 1, low: number) }

    /// A request of the moment at which these tests take place.
    static func request(_ number: UInt64) -> RequestID { RequestID(high: UInt64(start.milliseconds) << 16, low: number) }

    static func hash(_ number: UInt64) -> KeyHash {
        KeyHash(bytes: (0..<32).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) : 3 })
    }

    /// An account with a key and credits.
    func open(_ number: UInt64, credits: Credits, plan: String = Plan.boundless.id) async throws -> AccountID {
        let id = Self.account(number)
        _ = await writer.perform(.openAccount(Account(id: id, email: "\(number)@example.com", name: "", createdAt: Self.start)))
        _ = await writer.perform(
            .createKey(
                Key(
                    id: KeyID(high: 2, low: number), account: id, hash: Self.hash(number), name: "", displayPrefix: "nxr_…",
                    policy: KeyPolicy(),
                    createdAt: Self.start)))
        let order = RechargeOrder(
            id: OrderID(high: 3, low: number), account: id, plan: plan, price: Credits(1), credits: credits, createdAt: Self.start)
        _ = await writer.perform(.createOrder(order))
        _ = await writer.perform(
            .confirmOrder(OrderConfirmation(order: order.id, account: id, note: "test", transaction: nil, at: Self.start)))
        return id
    }

    static func admit(_ request: UInt64, by number: UInt64, input: Int64 = 100, output: Int64 = 100) -> Command {
        .admit(
            AdmissionRequest(
                request: Self.request(request), secret: PresentedKey(account: account(number), hash: hash(number)),
                endpoint: "/v1/chat/completions", isStream: false, model: .named("gpt-5.2"),
                input: InputCount(tokens: input, isFinal: true),
                askedOutputTokens: output, choices: 1, clientRetryCount: 0, at: start))
    }

    static func end(_ request: UInt64, of number: UInt64, _ outcome: HoldEnding.Outcome) -> Command {
        .end(
            HoldEnding(
                request: Self.request(request), account: account(number), outcome: outcome,
                facts: ExchangeFacts(
                    attempts: [Attempt(upstream: "u", model: "gpt-5.2", outcome: .answered, status: 200, milliseconds: 5)],
                    firstByteMilliseconds: 3, milliseconds: 9),
                at: start))
    }

    static func reported(_ prompt: Int64, _ completion: Int64, cached: Int64 = 0) -> HoldEnding.Outcome {
        .settle(ReportedUsage(prompt: prompt, cached: cached, completion: completion).usage)
    }
}
