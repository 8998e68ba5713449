import Foundation
import Glibc
import NIOHTTP1
import RelayTestKit
import Synchronization
import Testing

/// The real program, serving on free ports of the loopback from a folder of its own, which outlives it: it can be killed and started again.
final class RelayProcess: Sendable {
    private struct State {
        var child: ChildProcess?
        /// What must never be in a log.
        var secrets: Set<String>
    }

    let folder: TemporaryFolder
    let configuration: RelayConfiguration
    let database: RelayDatabase
    let adminToken: String
    private let ownsDatabase: Bool
    private let state: Mutex<State>

    var url: String { "http://127.0.0.1:\(configuration.publicPort)" }
    var adminURL: String { "http://127.0.0.1:\(configuration.adminPort)" }
    var folderPath: String { folder.url.path }
    var configurationFile: String { folder.path("relay.yaml") }
    var child: ChildProcess { state.withLock { $0.child! } }

    /// Makes the folder with `nexrelay init` and puts the test's configuration into it. Nothing runs yet.
    /// - Parameters:
    ///   - database: one that the test has made, and that stays. Nil for a fresh one, that goes with this value.
    ///   - node: a relay on the same database, whose secrets this one has too.
    ///   - configure: where it sets `database`, the relay goes that way, through a proxy, say; the tests look into `database` all the same.
    init(
        _ upstreams: [RelayConfiguration.Upstream], limits: [String: String] = [:], billing: [String: String] = [:],
        database given: RelayDatabase? = nil, beside node: RelayProcess? = nil, _ configure: (inout RelayConfiguration) -> Void = { _ in }
    ) async throws {
        let folder = try TemporaryFolder()
        let port = try freePort()
        var configuration = RelayConfiguration(
            publicPort: port, adminPort: port + 1, upstreams: upstreams, limits: limits, billing: billing)
        let shared = given ?? node?.database
        let database = if let shared { shared } else { try await RelayDatabase.fresh(in: folder) }
        configuration.database = database.url
        configure(&configuration)
        let result = try await ChildProcess.run(
            try Location.program(), ["init", "--data", "data"], folder: folder.url.path, environment: [:])
        guard result.exit == .code(0) else { throw TestFailure("init ended with \(result.exit): \(result.errors)") }
        if let node {
            for name in ["admin.token", "encryption.key"] {
                try Data(contentsOf: node.folder.url.appending(path: "data/\(name)")).write(to: folder.url.appending(path: "data/\(name)"))
            }
        }
        try Data(configuration.yaml.utf8).write(to: folder.url.appending(path: "relay.yaml"))
        func secret(_ name: String) throws -> String {
            try String(contentsOf: folder.url.appending(path: "data/\(name)"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let token = try secret("admin.token")
        let encryptionKey = try secret("encryption.key")
        self.folder = folder
        self.configuration = configuration
        self.database = database
        ownsDatabase = shared == nil
        adminToken = token
        state = Mutex(State(secrets: [token, encryptionKey, RelayConfiguration.Upstream.key]))
    }

    deinit {
        state.withLock { $0.child = nil }
        if ownsDatabase { database.discard() }
    }

    /// Starts `serve` and waits until it can be used.
    /// - Parameters:
    ///   - fileBlocks: the size that no file may pass, as `ulimit -f` counts: a disk that is full for this process alone.
    ///   - environment: added to this process's own.
    func start(fileBlocks: Int? = nil, environment: [String: String] = [:]) async throws {
        // Ignored, the signal that comes with the limit becomes an error of the write.
        let preparation = fileBlocks.map { "trap '' XFSZ; ulimit -S -f \($0)" } ?? ":"
        let child = try ChildProcess(
            try Location.program(), ["serve", "--config", "relay.yaml"], folder: folderPath, environment: environment,
            files: folder.path("serve"), preparation: preparation)
        state.withLock { $0.child = child }
        try await eventually("the relay is ready") { () -> Bool? in
            if let exit = child.exit { throw TestFailure("serve ended with \(exit): \(child.errors.suffix(2_000))") }
            guard let health = try? await HTTP.send(.GET, adminURL + "/healthz"), health.status == 200 else { return nil }
            return try? await blocking { [port = configuration.publicPort] in
                try RawSocket(port: port).close()
                return true
            }
        }
    }

    /// All that it has said.
    var log: String { child.errors + child.output }

    /// Adds to what must never be in a log.
    func keepSecret(_ secret: String) { state.withLock { _ = $0.secrets.insert(secret) } }

    /// Asks it to read its configuration again.
    func hangUp() { child.send(SIGHUP) }

    /// Dies on the spot.
    func kill() async {
        child.send(SIGKILL)
        let exit = await child.waitForExit()
        #expect(exit == .signal(SIGKILL), "the relay had ended before it was killed: \(child.errors.suffix(2_000))")
    }

    /// Waits for what the end of a killed relay's holds brings, after the next start. On SQLite that start ends them: it has come to pass, or
    /// never will. On PostgreSQL their node might still live, until its lease runs out.
    @discardableResult
    func afterLease<Value>(_ what: String, _ condition: () async throws -> Value?) async throws -> Value {
        if case .postgres = database { return try await eventually(what, withinSeconds: 30, condition) }
        guard let value = try await condition() else { throw TestFailure("not at once: \(what)") }
        return value
    }

    /// Ends as an operator ends it: the exit code is 0, and no secret is in what it said.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async {
        child.send(SIGTERM)
        let exit = await child.waitForExit()
        #expect(exit == .code(0), "\(child.errors.suffix(2_000))", sourceLocation: sourceLocation)
        expectNoSecrets(sourceLocation: sourceLocation)
    }

    func expectNoSecrets(sourceLocation: SourceLocation = #_sourceLocation) {
        let said = child.errors + child.output
        #expect(said.contains("msg="), "the relay has logged nothing", sourceLocation: sourceLocation)
        for secret in state.withLock({ $0.secrets }) where said.contains(secret) {
            Issue.record("a secret that begins with \(secret.prefix(8)) is in the log", sourceLocation: sourceLocation)
        }
    }

    /// Runs `body` on a relay that is started before and stopped after it.
    static func serving<Value: Sendable>(
        _ upstreams: [RelayConfiguration.Upstream], limits: [String: String] = [:], billing: [String: String] = [:],
        configure: (inout RelayConfiguration) -> Void = { _ in }, _ body: (RelayProcess) async throws -> Value
    ) async throws -> Value {
        let relay = try await RelayProcess(upstreams, limits: limits, billing: billing, configure)
        try await relay.start()
        let value = try await body(relay)
        await relay.stop()
        return value
    }

    // MARK: The command line

    /// Runs `nexrelay` beside the relay, with its configuration.
    func command(_ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
        try await command(arguments)
    }

    func command(_ arguments: [String]) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
        try await ChildProcess.run(
            try Location.program(), arguments, folder: folderPath, environment: ["NEXRELAY_CONFIG": configurationFile])
    }

    /// `nexrelay reconcile` finds nothing, and exits 0.
    func expectReconciled(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let result = try await command("reconcile", "--json")
        #expect(result.exit == .code(0), "\(result.output) \(result.errors)", sourceLocation: sourceLocation)
        let json = try JSON(result.output)
        #expect(json["ok"].bool == true, "\(result.output)", sourceLocation: sourceLocation)
        #expect(json["checks"].items.count > 5, "a reconciliation that checks nothing proves nothing", sourceLocation: sourceLocation)
    }
}
