import GRDB
import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct ReconciliationTests {
    /// Whatever breaks the books in a database of one kind.
    private static func damage(_ folder: TemporaryFolder, by steps: [Corruption.Step]) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: folder.path("relay.db"), configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }
            for step in steps {
                switch step {
                case .sql(let sql):
                    try db.execute(sql: sql)
                    #expect(db.changesCount > 0, "nothing was changed by \(sql)")
                case .unconstrain(let table):
                    try db.execute(
                        sql: "CREATE TABLE spare AS SELECT * FROM \(table); DROP TABLE \(table); ALTER TABLE spare RENAME TO \(table)")
                case .forgetIndex(let index):
                    try db.execute(sql: "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '\(index)'")
                }
            }
        }
        try queue.close()
    }

    private static func reconcile(_ folder: TemporaryFolder) async throws -> Reconciliation {
        let fixture = try StoreFixture(folder: folder)
        let reader = LedgerReader(source: fixture.store, journalCode: SoundBooks.code)
        let reconciliation = try await reader.reconcile(at: SoundBooks.later)
        try await fixture.close()
        return reconciliation
    }

    /// What has archives, and breaks them, are the tests of retention.
    private static let ofArchives: Set = ["charges of archived requests equal the archives", "archives hold what was removed"]

    @Test("Sound books have no finding, and every check looks at something")
    func sound() async throws {
        let reconciliation = try await Self.reconcile(try await SoundBooks.copy())
        #expect(reconciliation.isSatisfied, "\(reconciliation.checks.filter { !$0.isSatisfied })")
        for check in reconciliation.checks where !Self.ofArchives.contains(check.name) { #expect(check.examined > 0, "\(check.name)") }
        #expect(Set(reconciliation.checks.map(\.name)).count == reconciliation.checks.count)
        #expect(
            Set(Corruption.all.map(\.check)).union(Self.ofArchives) == Set(reconciliation.checks.map(\.name)), "a check that no test breaks"
        )
    }

    @Test("Five damages of each kind are found by the check that is named for it", arguments: Corruption.all)
    func found(corruption: Corruption) async throws {
        let seeds = SeededGenerator()
        for round in 1...5 {
            var draw = Corruption.Draw(random: seeds.round(round))
            let folder = try await SoundBooks.copy()
            try Self.damage(folder, by: corruption.steps(&draw))
            let reconciliation = try await Self.reconcile(folder)
            let check = try #require(reconciliation.checks.first { $0.name == corruption.check })
            #expect(!check.isSatisfied, "\(corruption.name), seed \(seeds.seed), round \(round)")
        }
    }

    @Test("A finding about the journal names the seal and the transfer")
    func names() async throws {
        let transfer = "\(AdjustmentID(high: 1, low: 1))"
        for (sql, finding) in [
            ("UPDATE transfers SET amount = amount + 1 WHERE id = '\(transfer)'", "seal 1: \(transfer) was altered"),
            ("DELETE FROM transfers WHERE id = '\(transfer)'", "seal 1: \(transfer) is gone"),
            ("DELETE FROM journal_seals WHERE number = 2", "seals 2 to 2 are gone, before seal 3"),
            ("UPDATE journal_seals SET hash = entries WHERE number = 2", "seal 2: it was altered"),
            ("DELETE FROM journal_seals WHERE number > 6", "seals 7 to 8 are gone: the chain was cut off"),
        ] {
            let folder = try await SoundBooks.copy()
            try Self.damage(folder, by: [.sql(sql)])
            let findings = try await Self.reconcile(folder).checks.flatMap(\.findings)
            #expect(findings.contains(finding), "\(sql): \(findings)")
        }
    }
}
