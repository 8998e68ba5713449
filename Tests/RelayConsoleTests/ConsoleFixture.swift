import Hummingbird
import HummingbirdTesting
import Logging
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Synchronization

@testable import RelayConsole

/// Both listeners over one real database, at a time that the test sets.
final class ConsoleFixture: Sendable {
    static let adminToken = "token-of-the-operator"
    static let version = "1.2.3"

    let folder: TemporaryFolder
    let store: SQLiteStore
    let writer: LedgerWriter
    let lines = LogLines()
    let passwords = PasswordWork(cost: ConsoleFixture.cheap)
    private let clock = Mutex(Timestamp(rfc3339: "2026-11-23T12:00:00Z")!)

    /// Enough to see that something was hashed, and how often.
    static let cheap = PasswordHash.Cost(logRounds: 4, blockSize: 1, parallelism: 1)

    private let isOpen = Mutex(false)
    var isSignUpOpen: Bool {
        get { isOpen.withLock { $0 } }
        set { isOpen.withLock { $0 = newValue } }
    }
    var people: PeopleDesk { people(on: writer) }

    /// On another node's writer.
    func people(on writer: LedgerWriter) -> PeopleDesk {
        PeopleDesk(
            reader: reader, writer: writer, secrets: .test, passwords: passwords, isSignUpOpen: isSignUpOpen, now: { self.now })
    }

    var reader: LedgerReader { LedgerReader(source: store) }
    var logger: Logger {
        let lines = lines
        return Logger(label: "console") { _ in lines }
    }
    private let desk = Mutex(PaymentDesk.byHand)
    var payments: PaymentDesk {
        get { desk.withLock { $0 } }
        set { desk.withLock { $0 = newValue } }
    }
    /// How often the sender of webhooks was woken.
    let wakes = Mutex(0)
    var webhooks: WebhookDesk {
        WebhookDesk(allowsHTTP: false, addresses: .publicAlone, seal: Self.seal, wake: { self.wakes.withLock { $0 += 1 } })
    }
    var now: Timestamp {
        get { clock.withLock { $0 } }
        set { clock.withLock { $0 = newValue } }
    }

    /// - Parameter catalogue: nil for the built-in one.
    init(catalogue: Catalogue? = nil) throws {
        folder = try TemporaryFolder()
        var quiet = Logger(label: "store")
        quiet.logLevel = .critical
        store = try SQLiteStore(path: folder.path("relay.db"), logger: quiet)
        writer = LedgerWriter(
            ledger: Ledger(catalogue: catalogue ?? .builtIn(servedModels: ["gpt-5.2", "gpt-5.3", "gpt-5.5"])), logger: quiet)
        writer.start(on: NodeSession(alone: store.writerSession()))
    }

    /// Runs a test and closes the database behind it.
    static func run(catalogue: Catalogue? = nil, _ test: (ConsoleFixture) async throws -> Void) async throws {
        let fixture = try ConsoleFixture(catalogue: catalogue)
        do {
            try await test(fixture)
        } catch {
            await fixture.writer.stop()
            throw error
        }
        await fixture.writer.stop()
        try fixture.store.close()
    }

    /// A keyed hash that is good enough for a test: every byte of the secret tells.
    static func hash(_ secret: KeySecret) -> KeyHash {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        var bytes: [UInt8] = []
        while bytes.count < 32 {
            for byte in secret.text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
            bytes.append(UInt8(truncatingIfNeeded: state >> 32))
        }
        return KeyHash(bytes: bytes)
    }

    /// Hides a secret well enough for a test.
    static func seal(_ secret: WebhookSecret, of webhook: WebhookID) -> [UInt8] { Array("\(webhook)".utf8) + secret.bytes.map { ~$0 } }

    func customerConsole(onListening: @escaping @Sendable () async -> Void = {}) -> CustomerConsole {
        CustomerConsole(
            socketPath: folder.path("console.sock"), eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, reader: reader,
            writer: writer, now: { self.now }, hashSecret: Self.hash, payments: payments, webhooks: webhooks, people: people,
            facts: Self.facts, version: Self.version, logger: logger, onListening: onListening)
    }

    static let health = [
        UpstreamHealth(upstream: "one", model: "gpt-5.2", state: .closed),
        UpstreamHealth(upstream: "two", model: "gpt-5.2", state: .open(until: 1_500, .rateLimited)),
    ]

    static let facts = PublicFacts(health: { health }, bodyBytes: 32 << 20, headBytes: 64 << 10, targetBytes: 8 << 10)

    /// - Parameter source: where it reads; nil for the database.
    func adminAPI(
        reading source: (any ReadSource)? = nil, backup: (any BackupSource)? = nil,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> AdminAPI {
        AdminAPI(
            host: "127.0.0.1", port: 0, eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
            isAdminToken: { $0 == Self.adminToken }, reader: LedgerReader(source: source ?? store), writer: writer, now: { self.now },
            hashSecret: Self.hash, payments: payments, webhooks: webhooks, people: people,
            operation: Operation(health: { Self.health }, metrics: { "nexrelay_up 1\n" }, backup: backup),
            version: Self.version, logger: logger,
            onListening: onListening)
    }

    /// One request to the admin API.
    func admin(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String? = ConsoleFixture.adminToken,
        headers: HTTPFields = [:], reading source: (any ReadSource)? = nil, backup: (any BackupSource)? = nil
    ) async throws -> Answer {
        try await adminAPI(reading: source, backup: backup).application.test(.router) {
            try await Answer.get($0, method, path, body, token: token, headers: headers)
        }
    }

    /// One request that the gateway has passed on.
    func customer(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, key: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await customerConsole().application.test(.router) {
            try await Answer.get($0, method, path, body, token: key, headers: headers)
        }
    }

    /// An account with a plan's credits, by the operator's hand, and a key.
    /// - Returns: the account's id and the key's secret.
    func paidAccount(_ email: String = "ann@example.org", plan: String = "pro") async throws -> (id: String, secret: String) {
        let account = try await admin(.post, "/admin/v1/accounts", "{\"email\":\"\(email)\"}").json["id"].string
        let order = try await admin(.post, "/admin/v1/recharges", "{\"account\":\"\(account)\",\"plan\":\"\(plan)\"}").json["id"].string
        _ = try await admin(.post, "/admin/v1/recharges/\(order)/confirm", "{\"note\":\"bank\"}")
        let key = try await admin(.post, "/admin/v1/keys", "{\"account\":\"\(account)\"}").json["secret"].string
        return (account, key)
    }

    /// Runs a request through the ledger up to its hold, as the gateway does.
    func hold(_ secret: String, number: UInt64, model: String = "gpt-5.2", input: Int64 = 1_000, output: Int64 = 500) async -> Hold? {
        let secret = KeySecret(secret)!
        let reply = await writer.perform(
            .admit(
                AdmissionRequest(
                    request: RequestID(high: UInt64(now.milliseconds) << 16, low: number),
                    secret: PresentedKey(account: secret.account, hash: Self.hash(secret)), endpoint: "/v1/chat/completions",
                    isStream: true, model: .named(model), input: InputCount(tokens: input, isFinal: true),
                    askedOutputTokens: output, choices: 1,
                    clientRetryCount: 2, at: now)))
        guard case .admitted(let grant) = reply else { return nil }
        return grant.hold
    }

    func end(_ hold: Hold, _ outcome: HoldEnding.Outcome, attempts: [Attempt] = []) async {
        let facts = ExchangeFacts(attempts: attempts, firstByteMilliseconds: 40, milliseconds: 90, isClientDisconnected: false)
        _ = await writer.perform(
            .end(HoldEnding(request: hold.request, account: hold.account, outcome: outcome, facts: facts, at: now)))
    }
}

/// A database that answers nothing.
struct BrokenSource: ReadSource {
    let kind: StoreFailure.Kind

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        throw StoreFailure(kind, "disk I/O error in /data/relay.db")
    }
}

extension LogLines {
    var refusals: [String] { all.filter { $0.contains("a request was refused") } }
}
