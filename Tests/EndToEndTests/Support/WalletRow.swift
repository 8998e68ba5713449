/// Rows of the database as they lie on the disk: read beside a running relay, changed only while none runs.
enum WalletRow {
    /// Every column of an account's wallet, and of its keys.
    static func read(_ account: String, of relay: RelayProcess) async throws -> [[String?]] {
        try await relay.database.rows("SELECT * FROM wallets WHERE account = '\(account)'")
            + relay.database.rows("SELECT * FROM keys WHERE account = '\(account)' ORDER BY id")
    }

    /// Sets columns of wallets.
    /// - Parameter changes: for each account an assignment: `input_used = 5`.
    static func change(_ changes: [(account: String, assignment: String)], of relay: RelayProcess) async throws {
        try await relay.database.execute(
            changes.map { "UPDATE wallets SET \($0.assignment) WHERE account = '\($0.account)'" })
    }
}
