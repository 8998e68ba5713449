import Foundation
public import Glibc
import Synchronization

/// A PostgreSQL server of a test's own, from the installed binaries, on a socket in a folder of its own.
///
/// Every call blocks its thread. Server and folder outlive neither this value nor the process that made it, however that ends.
/// Whoever can enter the folder is trusted as the superuser, and as `nexrelay`, who owns the databases that tests ask for.
public final class PostgresServer: Sendable {
    public struct Options: Sendable {
        /// Whether a commit waits for the disk. A killed server loses nothing either way; only a machine's crash would tell.
        public var syncs: Bool
        /// Whether it listens on a port of the loopback too.
        public var listensOnTCP: Bool
        /// Whether it takes TLS there, with ``certificate``.
        public var hasTLS: Bool
        /// Further settings, as in `postgresql.conf`.
        public var settings: [String: String]

        public init(syncs: Bool = true, listensOnTCP: Bool = false, hasTLS: Bool = false, settings: [String: String] = [:]) {
            (self.syncs, self.listensOnTCP, self.hasTLS, self.settings) = (syncs, listensOnTCP, hasTLS, settings)
        }
    }

    public enum StopMode: Sendable {
        /// Ends the sessions, rolls back what they do, and writes a checkpoint.
        case fast
        /// Ends at once; the next start recovers from the log.
        case immediate
    }

    private struct State {
        var postmaster: Postmaster?
        var hasOwner = false
        var databases = 0
    }

    /// The owner of the databases. No superuser, as an operator's relay is none.
    public static let owner = "nexrelay"
    public static let superuser = "postgres"
    private static let patienceSeconds = 60.0

    /// The one that the tests of this process share.
    /// - Throws: a ``TestKitFailure``, to each who asks.
    public static func shared() throws -> PostgresServer { try theShared.get() }

    private static let theShared = Result {
        let server = try PostgresServer()
        try server.start()
        return server
    }

    /// Where the socket, the data and the log lie. Short: a socket's path has at most 107 bytes.
    public let folder: String
    /// In the name of the socket; a port of the loopback only if it listens there.
    public let port: Int
    let installation: PostgresInstallation
    private let options: Options
    private let guardian: pid_t
    private let state = Mutex(State())

    /// Makes the files of a server that does not run yet.
    /// - Throws: a ``TestKitFailure``, also where PostgreSQL is not installed.
    public init(_ options: Options = Options()) throws {
        self.options = options
        installation = try PostgresInstallation.newest()
        port = options.listensOnTCP ? try freePort() : 5432
        folder = try installation.makeFolder()
        guardian = try Self.startGuardian(of: folder)
        let arguments = [
            "--pgdata=\(folder)/data", "--username=\(Self.superuser)", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync",
            "--no-instructions",
        ]
        try Subprocess.run(installation.command("initdb", arguments, in: folder, endedBy: "KILL"))
        if options.hasTLS { try makeCertificate() }
    }

    deinit {
        kill()
        // The guardian leads a group, in which it waits for the end of this process; at its very beginning it does not yet.
        Glibc.kill(guardian, SIGKILL)
        Glibc.kill(-guardian, SIGKILL)
        _ = Subprocess.reap(guardian)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A certificate of its own for `localhost`, which vouches for itself. The key lies beside it, where PostgreSQL looks for both.
    private func makeCertificate() throws {
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder + "/data/server.key",
            "-out", certificate, "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        try Subprocess.run(installation.command(at: "/usr/bin/openssl", arguments, in: folder, endedBy: "KILL"))
    }

    /// In PEM; there where it was asked for.
    public var certificate: String { folder + "/data/server.crt" }

    public var socketPath: String { "\(folder)/.s.PGSQL.\(port)" }

    /// What the server has said since its first start.
    public var log: String {
        FileManager.default.contents(atPath: logFile).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The first process's id, while it runs.
    public var process: pid_t? { state.withLock(\.postmaster)?.id }

    private var logFile: String { folder + "/log" }

    // MARK: Life

    /// Starts the server, and waits until it takes connections.
    /// - Throws: a ``TestKitFailure`` that says what the server said.
    public func start() throws {
        precondition(process == nil, "the server runs already")
        let end = Date(timeIntervalSinceNow: Self.patienceSeconds)
        while true {
            let said = log.utf8.count
            let postmaster = try Postmaster(command, log: logFile)
            state.withLock { $0.postmaster = postmaster }
            while let id = postmaster.id {
                if isReady(id) { return try makeOwner() }
                guard Date() < end else { throw TestKitFailure("the server does not get ready: \(log.suffix(2_000))") }
                usleep(10_000)
            }
            let reason = String(decoding: log.utf8.dropFirst(said), as: UTF8.self)
            // After a kill the old sessions take a moment to notice, and hold the shared memory until then.
            guard Date() < end, reason.contains("shared memory block") else { throw TestKitFailure("the server does not start: \(reason)") }
            usleep(50_000)
        }
    }

    /// Ends the server, and waits until it has ended.
    public func stop(_ mode: StopMode = .fast) { state.withLock(\.postmaster)?.end(by: mode == .fast ? SIGINT : SIGQUIT) }

    /// Kills the first process alone, as `kill -9` does: its sessions notice by themselves, each once it looks.
    public func kill() { state.withLock(\.postmaster)?.end(by: SIGKILL) }

    public func restart(_ mode: StopMode = .fast) throws {
        stop(mode)
        try start()
    }

    private var command: [String] {
        var settings = [
            "fsync": options.syncs ? "on" : "off", "max_connections": "200", "port": "\(port)", "unix_socket_directories": folder,
            "listen_addresses": options.listensOnTCP ? "127.0.0.1" : "", "timezone": "UTC",
            // Within the folder, and removed with it: what lies in /dev/shm would outlive a kill.
            "dynamic_shared_memory_type": "mmap",
        ]
        if options.hasTLS { settings["ssl"] = "on" }
        settings.merge(options.settings) { $1 }
        let arguments = settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        return installation.command("postgres", ["-D", folder + "/data"] + arguments, in: folder, endedBy: "QUIT")
    }

    /// What pg_ctl looks at: the process's id in the first line, its state in the eighth.
    private func isReady(_ id: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8) else { return false }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count > 7 && lines[0] == "\(id)" && lines[7].hasPrefix("ready")
    }

    private func makeOwner() throws {
        guard !state.withLock({ $0.hasOwner }) else { return }
        try administer("CREATE ROLE \(Self.owner) LOGIN")
        state.withLock { $0.hasOwner = true }
    }

    /// Ends the server and removes the folder when this process has ended, by whatever signal: the server itself is told by the kernel, but
    /// somebody must clean up.
    private static func startGuardian(of folder: String) throws -> pid_t {
        let script = """
            tail --pid="$1" -s 0.2 -f /dev/null
            id=$(head -n 1 "$0/data/postmaster.pid") && kill -QUIT "$id"
            for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$id" || break; sleep 0.5; done
            kill -KILL "$id"
            rm -rf "$0"
            """
        return try Subprocess.spawn(
            ["/usr/bin/setsid", "/bin/sh", "-c", script, folder, "\(getpid())"], environment: ["PATH": "/usr/bin:/bin"],
            output: "/dev/null",
            errors: "/dev/null")
    }

    // MARK: Databases

    /// A fresh database that ``owner`` owns. Costs some hundredths of a second.
    public func newDatabase() throws -> PostgresDatabase {
        let number = state.withLock { state in
            state.databases += 1
            return state.databases
        }
        let database = PostgresDatabase(server: self, name: "relay_\(number)")
        try administer("CREATE DATABASE \(database.name) OWNER \(Self.owner) TEMPLATE template0")
        return database
    }

    /// Runs SQL as the superuser: to end sessions, to change settings.
    @discardableResult
    public func administer(_ sql: String) throws -> [[String?]] {
        try PostgresDatabase(server: self, name: "postgres").rows(sql, as: Self.superuser)
    }
}
