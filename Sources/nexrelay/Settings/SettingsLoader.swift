import Foundation
import Logging
import RelayDomain
import RelayGateway

/// Reads `relay.yaml` strictly: what is unknown or malformed is a fault with its line, and all faults are found in one reading.
struct SettingsLoader {
    /// As the operator named it.
    let file: String
    /// What relative paths are relative to.
    let directory: String
    let source: SettingsSource
    let forms: PaymentForms

    /// - Parameters:
    ///   - file: relative to the working directory.
    ///   - variables: the environment.
    ///   - forms: what addresses and endpoints look like.
    init(file: String, variables: [String: String], forms: PaymentForms) {
        self.file = file
        self.forms = forms
        directory = FilePath.directory(of: FilePath.resolve(file, relativeTo: FilePath.workingDirectory))
        source = SettingsSource(variables: variables)
    }

    /// - Throws: ``CommandFailure`` when the file cannot be read.
    static func text(of file: String) throws -> String {
        let path = FilePath.resolve(file, relativeTo: FilePath.workingDirectory)
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure("there is no configuration at \(file); write one with `nexrelay init`, or name it with --config")
        }
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("\(file) cannot be read") }
        guard let text = String(data: data, encoding: .utf8) else { throw CommandFailure("\(file) is not UTF-8") }
        return text
    }

    /// - Throws: ``SettingsFailure`` with every fault.
    func settings(from text: String) throws(SettingsFailure) -> (settings: Settings, warnings: [String]) {
        let root = source.root(of: text)
        let dataDirectory = dataDirectory(root)
        let database = database(root, in: dataDirectory)
        let node = node(root.section("node"))
        let publicListener = publicListener(root.section("public"))
        let admin = adminEndpoint(root)
        let tokenizerFile = root.value("tokenizer").path(relativeTo: directory)
        let (models, plans) = catalogue(root)
        let upstreams = upstreams(root, models: Set(models.map(\.name)))
        let (unreportedUsage, onDisconnect, limits) = billingAndLimits(root)
        let routing = routing(root.section("routing"), models: Set(models.map(\.name)))
        let guarding = guarding(root.section("guard"))
        let retention = root.optionalSection("retention").map { self.retention($0, dataDirectory: dataDirectory) }
        let payments = payments(root.section("payments"))
        let webhooks = webhooks(root.section("webhooks"))
        let logLevel = logLevel(root.section("log"))
        let signUp = root.value("signup").choice(of: SignUp.self) ?? .closed
        root.close()
        guard source.faults.isEmpty else { throw SettingsFailure(file: file, faults: source.faults) }
        let settings = Settings(
            dataDirectory: dataDirectory, database: database, node: node, publicListener: publicListener, admin: admin,
            upstreams: upstreams,
            catalogue: Catalogue(models: models, plans: plans, servedModels: Set(upstreams.flatMap { $0.models.keys })),
            tokenizerFile: tokenizerFile, unreportedUsage: unreportedUsage, onDisconnect: onDisconnect, routing: routing,
            guarding: guarding, limits: limits, retention: retention, payments: payments, webhooks: webhooks, signUp: signUp,
            logLevel: logLevel)
        let warnings = source.unknownVariables.map { "\($0) names no setting and has no effect" }
        return (settings, warnings)
    }

    /// What a command that talks to a relay needs: nothing of it takes the upstreams' credentials.
    /// - Throws: ``SettingsFailure`` with the faults of these keys.
    func clientSettings(from text: String) throws(SettingsFailure) -> (dataDirectory: String, admin: AdminEndpoint) {
        let root = source.root(of: text)
        let result = (dataDirectory(root), adminEndpoint(root))
        guard source.faults.isEmpty else { throw SettingsFailure(file: file, faults: source.faults) }
        return result
    }

    // MARK: Sections

    private func dataDirectory(_ root: SettingsSection) -> String {
        root.value("data").path(relativeTo: directory) ?? FilePath.resolve("nexrelay-data", relativeTo: directory)
    }

    private func database(_ root: SettingsSection, in dataDirectory: String) -> DatabaseLocation {
        root.value("database").parse("`sqlite:` and a file name, or a `postgres://` URL", isSecret: true) { text in
            DatabaseLocation(text, directory: dataDirectory)
        } ?? .sqlite(file: FilePath.resolve("relay.db", relativeTo: dataDirectory))
    }

    private func node(_ section: SettingsSection) -> NodeSettings {
        defer { section.close() }
        var node = NodeSettings()
        node.name = section.value("name").parse("1 to 255 characters") { (1...255).contains($0.utf8.count) ? $0 : nil }
        let graces = LeaseTimes.leastGraceMilliseconds...LeaseTimes.mostGraceMilliseconds
        let grace =
            section.value("grace").milliseconds(from: "\(graces.lowerBound / 1_000)s", to: "\(graces.upperBound / 3_600_000)h")
            ?? node.lease.graceMilliseconds
        let heartbeat = section.value("heartbeat")
        let milliseconds = heartbeat.milliseconds(from: "100ms", to: "10m")
        if let milliseconds, milliseconds > LeaseTimes.longestHeartbeatMilliseconds(grace: grace) {
            heartbeat.fault("must be at most a quarter of `node.grace`")
        }
        node.lease = LeaseTimes(graceMilliseconds: grace, heartbeatMilliseconds: milliseconds)
        return node
    }

    private func adminEndpoint(_ root: SettingsSection) -> AdminEndpoint {
        let section = root.section("admin")
        defer { section.close() }
        return AdminEndpoint(
            host: section.value("host").host() ?? AdminEndpoint.defaultHost,
            port: section.value("port").count(in: 1...65_535) ?? AdminEndpoint.defaultPort)
    }

    private func logLevel(_ section: SettingsSection) -> Logger.Level {
        defer { section.close() }
        return section.value("level").choice(of: Logger.Level.self) ?? .info
    }
}
