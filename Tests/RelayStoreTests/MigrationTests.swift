import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct MigrationTests {
    /// A database as the first version of the relay left it: an account that has spent, a hold of a process that died, a key in use.
    private static func firstVersion(_ database: TestDatabase) throws {
        let account = "acc_0000000000000g000000000001"
        let hash = String(repeating: "07", count: 32)
        let (dialect, hashLiteral): (SQLDialect, String) =
            switch database.kind {
            case .sqlite: (.sqlite, "x'\(hash)'")
            case .postgres: (.postgres, "'\\x\(hash)'")
            }
        let first = Schema.migrations(for: dialect)[0]
        try database.execute(
            first.statements + [
                dialect == .sqlite
                    ? "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
                    : "CREATE TABLE schema_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())",
                dialect == .sqlite
                    ? "INSERT INTO grdb_migrations VALUES ('\(first.name)')" : "INSERT INTO schema_migrations VALUES ('\(first.name)')",
                """
                    INSERT INTO accounts VALUES ('\(account)', 'a@b', '', 1763856000000);
                    INSERT INTO wallets VALUES ('\(account)', NULL, 'pro', 999926000, 200000, 1, 24322, 40, 30, 40, 100, 100, 0, 0, 2);
                    INSERT INTO keys VALUES (\(hashLiteral), 'key_0000000000000g000000000002', '\(account)', 'k',
                      'nxr_…', NULL, NULL, NULL, 1763856000000, NULL);
                    INSERT INTO orders VALUES ('rch_0000000000000g000000000003', '\(account)', 'pro', 29000000000, 1000000000, 1763856000000,
                      'credited', 1763856000000, 'n', NULL);
                    INSERT INTO house_accounts VALUES ('cash:manual', -1000000000), ('revenue', 74000);
                    INSERT INTO transfers VALUES
                      ('rch_0000000000000g000000000003:credit', '\(account)', 1, 'recharge', 'cash:manual', '\(account)', 1000000000,
                        1000000000, 1763856000000, 'n'),
                      ('req_0000000000000g000000000004:settle', '\(account)', 2, 'charge', '\(account)', 'revenue', 74000, 999926000,
                        1795435200000, NULL);
                    INSERT INTO receipts VALUES ('req_0000000000000g000000000004', '\(account)', 'key_0000000000000g000000000002',
                      1795435200000, 24322, '/v1/chat/completions', 0, 'gpt-5.2', 'gpt-5.2', 0, 1000000000, 1000000000, 100000000, 200000,
                      100, 100, 100, 0, 'settled', 1795435200100, 40, 30, 40, 0, 'reported', 74000, 0, 999926000, '', NULL, 5, 0);
                    INSERT INTO holds VALUES ('req_0000000000000g000000000005', '\(account)', 'key_0000000000000g000000000002',
                      1795435200000, 24322, '/v1/chat/completions', 0, 'gpt-5.2', 'gpt-5.2', 0, 1000000000, 1000000000, 100000000, 200000,
                      100, 100, 100, 0);
                """,
            ])
    }

    @Test(
        "Books of the first version reconcile after the change, and every counter goes on from where it was",
        arguments: DatabaseKind.allCases)
    func limits(kind: DatabaseKind) async throws {
        let database = try TestDatabase(kind)
        try Self.firstVersion(database)
        let store = try database.open()
        let reader = LedgerReader(source: store)
        let first = try await reader.reconcile()
        #expect(first.isSatisfied, "\(first.checks.filter { !$0.isSatisfied })")
        let writer = LedgerWriter(ledger: Ledger(catalogue: .builtIn(servedModels: ["gpt-5.2"])), logger: TestDatabase.logger)
        writer.start(on: NodeSession(alone: store.writerSession(), dialect: store.dialect))
        // What was posted before there were seals is sealed as it stands.
        #expect(try await JournalSealer(reader: reader, writer: writer, code: SoundBooks.code).run() == 2)
        let at = Timestamp(milliseconds: 1_795_435_260_000)
        #expect(try await writer.expire(try await reader.orphanedHolds(), at: at) == 1)
        let account = AccountID(high: 1, low: 1)
        let hash = KeyHash(bytes: [UInt8](repeating: 7, count: 32))
        let request = AdmissionRequest(
            request: RequestID(high: 1, low: 9), secret: PresentedKey(account: account, hash: hash), endpoint: "/v1/chat/completions",
            isStream: false, model: .named("gpt-5.2"), input: InputCount(tokens: 10, isFinal: true), askedOutputTokens: 10, choices: 1,
            clientRetryCount: 0, at: at)
        guard case .admitted(let grant) = await writer.perform(.admit(request)) else { throw StoreFailure(.corrupt, "not admitted") }
        #expect(grant.rate == RateStatus(limit: 120, used: 1, waitMilliseconds: 0, resetMilliseconds: 60_000))
        let usage = try await reader.usage(of: account, days: 0...100_000, by: .day, limit: 10)
        #expect(
            usage.map(\.total) == [UsageTotal(requests: 1, tokens: Tokens(input: 40, output: 30, cachedRead: 40), credits: Credits(74))])
        let last = try await reader.reconcile()
        #expect(last.isSatisfied, "\(last.checks.filter { !$0.isSatisfied })")
        await writer.stop()
        try store.close()
    }

    @Test("Hashes of payments get the one form that deposits know, and no two orders the same", arguments: DatabaseKind.allCases)
    func hashes(kind: DatabaseKind) async throws {
        let database = try TestDatabase(kind)
        try Self.firstVersion(database)
        func hash(_ digit: String) -> String { String(repeating: digit, count: 64) }
        let kept: [(written: String?, kept: String?)] = [
            ("0x" + hash("A"), "0x" + hash("a")), (hash("b"), "0x" + hash("b")), ("0X" + hash("C"), "0x" + hash("c")),
            // The one that is written right already keeps the name.
            (hash("D"), hash("D")), ("0x" + hash("d"), "0x" + hash("d")),
            (hash("e"), "0x" + hash("e")), (hash("E"), hash("E")),
            ("bank-77", "bank-77"), (hash("g"), hash("g")), ("0x" + hash("a") + "0", "0x" + hash("a") + "0"), (nil, nil), (nil, nil),
        ]
        let rows = kept.enumerated().map { index, payment in
            """
            ('rch_0000000000000g0000000000\(10 + index)', 'acc_0000000000000g000000000001', 'pro', 1, 1, \(1_763_856_000_000 + index), 'waiting', \
            NULL, NULL, \(payment.written.map { "'\($0)'" } ?? "NULL"))
            """
        }
        try database.execute(["INSERT INTO orders VALUES " + rows.joined(separator: ", ")])
        let store = try database.open()
        let orders = try await LedgerReader(source: store).orders(of: AccountID(high: 1, low: 1), limit: 99, after: nil).items
        #expect(orders.filter { $0.state == .waiting }.sorted { $0.createdAt < $1.createdAt }.map(\.transaction) == kept.map(\.kept))
        try store.close()
    }
}
