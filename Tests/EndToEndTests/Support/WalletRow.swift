import GRDB

/// Rows of the database as they lie on the disk: read beside a running relay, changed only while none runs.
enum WalletRow {
    /// Every column of an account's wallet, and of its keys.
    static func read(_ account: String, of relay: RelayProcess) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: relay.databaseFile, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM wallets WHERE account = ?", arguments: [account]).map(\.description)
                + Row.fetchAll(db, sql: "SELECT * FROM keys WHERE account = ? ORDER BY id", arguments: [account]).map(\.description)
        }
    }

    /// Sets columns of wallets.
    /// - Parameter changes: for each account an assignment: `input_used = 5`.
    static func change(_ changes: [(account: String, assignment: String)], of relay: RelayProcess) throws {
        let queue = try DatabaseQueue(path: relay.databaseFile)
        defer { try? queue.close() }
        try queue.write { db in
            for change in changes {
                try db.execute(sql: "UPDATE wallets SET \(change.assignment) WHERE account = ?", arguments: [change.account])
            }
        }
    }
}
