public import Foundation

/// A database on a ``PostgresServer``. Every call blocks its thread.
public struct PostgresDatabase: Sendable {
    public let server: PostgresServer
    public let name: String

    /// By the server's socket.
    public var url: String {
        let folder = server.folder.replacing("/", with: "%2F")
        return "postgres://\(PostgresServer.owner)@/\(name)?host=\(folder)" + (server.port == 5432 ? "" : "&port=\(server.port)")
    }

    /// By a port of the loopback: the server's own, or a ``CuttingProxy``'s.
    public func url(port: Int) -> String { "postgres://\(PostgresServer.owner)@127.0.0.1:\(port)/\(name)?sslmode=disable" }

    /// Runs SQL, by `psql`: one transaction, if it is several statements.
    /// - Parameter port: of the loopback, through which it goes: a ``CuttingProxy``'s, say. Nil for the server's socket.
    /// - Returns: the rows, each value as PostgreSQL writes it.
    /// - Throws: a ``TestKitFailure`` with what PostgreSQL says.
    @discardableResult
    public func rows(_ sql: String, as user: String = PostgresServer.owner, port: Int? = nil) throws -> [[String?]] {
        // Separators that no value of a test has, and a mark for NULL.
        let (column, row, null) = ("\u{1F}", "\u{1E}", "\u{1D}")
        let output = try Subprocess.run(
            [
                server.installation.path("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                "--field-separator=\(column)", "--record-separator=\(row)", "--pset=null=\(null)",
            ] + place(user, port: port) + ["--dbname=\(name)"] + ["--command=\(sql)"],
            environment: ["PGSSLMODE": "disable", "PGGSSENCMODE": "disable"])
        var text = Substring(decoding: output, as: UTF8.self)
        // It ends with a separator, or with a line feed, or with nothing where there is no row.
        while text.last == "\n" || text.last == "\u{1E}" { text.removeLast() }
        guard !text.isEmpty else { return [] }
        return text.split(separator: row, omittingEmptySubsequences: false).map { line in
            line.split(separator: column, omittingEmptySubsequences: false).map { $0 == null ? nil : String($0) }
        }
    }

    /// All that is stored, as SQL. Blobs are written in hexadecimal digits, in lower case.
    public func dump() throws -> Data {
        try Subprocess.run([server.installation.path("pg_dump"), "--inserts"] + place(PostgresServer.owner) + [name])
    }

    /// Runs PostgreSQL's own check of tables and indexes.
    /// - Throws: a ``TestKitFailure`` with what it finds.
    public func check() throws {
        let check = [server.installation.path("pg_amcheck"), "--install-missing", "--heapallindexed", "--parent-check"]
        try Subprocess.run(check + place(PostgresServer.superuser) + [name])
    }

    /// Removes it, whoever is connected.
    public func drop() throws { try server.administer("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }

    private func place(_ user: String, port: Int? = nil) -> [String] {
        [
            "--host=\(port == nil ? server.folder : "127.0.0.1")", "--port=\(port ?? server.port)", "--username=\(user)",
        ]
    }
}
