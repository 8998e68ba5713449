import ArgumentParser
import AsyncHTTPClient
import Foundation

/// What a command takes that talks to a running relay.
struct AdminOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var output: OutputOptions
}

/// A command that makes a request of the admin API and prints the answer.
protocol AdminCommand: AsyncParsableCommand {
    var admin: AdminOptions { get }

    /// Talks to the relay.
    func request(_ client: AdminClient) async throws -> AdminDocument

    /// The answer as a person reads it.
    func text(_ answer: JSONValue) -> String

    /// Whether the answer says that something is wrong: the program exits 1.
    func isFinding(_ answer: JSONValue) -> Bool
}

extension AdminCommand {
    func isFinding(_ answer: JSONValue) -> Bool { false }

    func run() async throws { try await printAnswer() }

    func printAnswer() async throws {
        let document = try await admin.withClient { try await request($0) }
        let value = document.value ?? .null
        StandardOutput.print(admin.output.isJSON ? document.text : text(value))
        if isFinding(value) { throw ExitCode.failure }
    }
}

extension AdminOptions {
    /// Connects to the relay that the configuration names, for as long as `body` runs.
    /// - Throws: ``CommandFailure`` and ``SettingsFailure`` when the configuration or the token cannot be read.
    func withClient<Result>(_ body: (AdminClient) async throws -> Result) async throws -> Result {
        let variables = ConfigurationOptions.variables
        // With the token in the environment, a file that nobody named need not be there.
        let isFileNeeded = configuration.isNamed || variables[DataDirectory.tokenVariable] == nil
        let isFileThere = FileManager.default.fileExists(atPath: configuration.path)
        let text = try isFileNeeded || isFileThere ? SettingsLoader.text(of: configuration.path) : ""
        let (dataDirectory, endpoint) = try SettingsLoader(file: configuration.path, variables: variables).clientSettings(from: text)
        let token = try DataDirectory(path: dataDirectory).adminToken(variables: variables)
        return try await HTTPClient.withTemporary(connectSeconds: 5) { http in
            try await body(AdminClient(http: http, endpoint: endpoint, token: token))
        }
    }
}
