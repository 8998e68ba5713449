import ArgumentParser
import Foundation
import Logging
import RelayDomain
import UpstreamSimulator

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a relay with a customer, credits, a key and a simulated upstream, all in one process.",
        discussion: "With OPENAI_API_KEY set, the upstream is OpenAI. Books and secrets stay in --data between runs.")

    @Option(name: .customLong("data"), help: "Where the books, the secrets and the configuration go.")
    var dataDirectory = "./nexrelay-data/demo"
    @Option(help: "For customers; the admin API takes the next one.") var port = 8_080
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try requireText(dataDirectory, "--data")
        guard (1...65_534).contains(port) else { throw ValidationError("--port is a number from 1 to 65534") }
    }

    func run() async throws {
        let variables = ProcessInfo.processInfo.environment
        let directory = DataDirectory(path: FilePath.resolve(dataDirectory, relativeTo: FilePath.workingDirectory))
        try directory.createMissing()
        let isReal = !(variables["OPENAI_API_KEY"] ?? "").isEmpty
        let simulator =
            isReal
            ? nil
            : try await SimulatedUpstream.start(
                port: 0, script: .default, tokenizer: try? VocabularyFile.find(configured: nil)?.load())
        let text = DemoConfiguration.text(port: port, simulatorPort: simulator?.port)
        let file = directory.path + "/relay.yaml"
        let (settings, _) = try SettingsLoader(file: file, variables: variables).settings(from: text)
        LogfmtHandler.install(level: settings.logLevel)
        // The database's lock comes first: the configuration of a demo that runs must stay as it is.
        let assembly = try await Assembly(settings, variables: variables)
        do {
            try Data(text.utf8).write(to: URL(filePath: file))
            let customer = try await DemoCustomer.prepare(assembly)
            let people = try await DemoPeople.prepare(assembly, account: customer.account)
            let welcome = DemoWelcome(
                settings: settings, directory: directory, file: file, customer: customer, people: people, isReal: isReal,
                program: CommandLine.arguments.first ?? "nexrelay")
            let isJSON = output.isJSON
            try await assembly.serve(hangup: .stop, portSetting: "--port", reload: { settings }) { _ in
                StandardOutput.print(isJSON ? welcome.json.json : welcome.text)
            }
        } catch {
            await assembly.close()
            throw error
        }
        await assembly.close()
        try await simulator?.stop()
    }
}
