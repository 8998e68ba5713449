import Foundation
import Synchronization

/// A PostgreSQL server of a test's own, from the installed binaries, on a socket in a folder of its own. It ends with this process.
public final class PostgresServer: Sendable {
    public let folder: String
    private let databases = Atomic<Int>(0)

    private static let theShared = Result {
        let server = try PostgresServer()
        try server.start()
        return server
    }

    /// The one that the tests of this process share.
    public static func shared() throws -> PostgresServer { try theShared.get() }

    /// Makes the files of a server that does not run yet.
    public init() throws {
        folder = "/tmp/nexrelay-pg-\(UUID().uuidString.prefix(8))"
        try Self.run("install -d -o nobody -g nogroup -m 700 \(folder)")
        try Self.run("\(Self.asNobody) \(Self.binaries)/initdb -D \(folder)/data -U postgres -A trust --locale=C -E UTF8 --no-sync")
    }

    /// Starts the server, and waits until it takes connections.
    public func start() throws {
        let settings = "-c unix_socket_directories=\(folder) -c listen_addresses= -c max_connections=200 -c fsync=off"
        try Self.spawn(
            """
            cd / && \(Self.asNobody) \(Self.binaries)/postgres -D \(folder)/data \(settings) > \(folder)/log 2>&1 & server=$!
            tail --pid=\(ProcessInfo.processInfo.processIdentifier) -f /dev/null; kill -QUIT $server; wait $server; rm -rf \(folder)
            """)
        try Self.run("for i in $(seq 600); do \(Self.binaries)/pg_isready -q -h \(folder) && exit; sleep 0.1; done; exit 1")
        try administer("CREATE ROLE nexrelay LOGIN")
    }

    public func newDatabase() throws -> PostgresDatabase {
        let name = "relay_\(databases.add(1, ordering: .relaxed).newValue)"
        try administer("CREATE DATABASE \(name) OWNER nexrelay TEMPLATE template0")
        return PostgresDatabase(server: self, name: name)
    }

    /// Runs SQL as the superuser.
    public func administer(_ sql: String) throws {
        try Self.run("\(Self.binaries)/psql -qAtX -v ON_ERROR_STOP=1 -h \(folder) -U postgres -c \"\(sql)\" postgres")
    }

    private static let binaries = "/usr/lib/postgresql/15/bin"
    private static let asNobody = "setpriv --reuid nobody --regid nogroup --clear-groups"

    private static func run(_ script: String) throws {
        let process = try spawn(script)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }

    @discardableResult
    private static func spawn(_ script: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// A database on a ``PostgresServer``.
public struct PostgresDatabase: Sendable {
    public let server: PostgresServer
    public let name: String
    public var url: String { "postgres://nexrelay@/\(name)?host=\(server.folder)" }
}
