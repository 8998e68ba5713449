import ArgumentParser
import Foundation
import UpstreamSimulator

struct SimulateUpstreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-upstream",
        abstract: "Run an OpenAI-compatible upstream with scripted answers, faults and pacing.",
        discussion: "A message that holds `[[simulate status=500]]` chooses its own answer. Stops at SIGTERM or SIGINT.")

    @Option(help: "The address to listen on: of the loopback, since it asks for no key.") var host = "127.0.0.1"
    @Option(help: "0 takes any that is free.") var port = 0
    @Option(help: "A JSON file of answers, faults and pacing.") var script: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard host.hasPrefix("127.") else { throw ValidationError("--host is an IPv4 address of the loopback, as 127.0.0.1") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535") }
    }

    func run() async throws {
        let signals = await ProcessSignals.trap(hangup: .stop)
        let simulator = try await SimulatedUpstream.start(
            host: host, port: port, script: try readScript(), tokenizer: try? VocabularyFile.find(configured: nil)?.load())
        let url = "http://\(host):\(simulator.port)/v1"
        let value: JSONValue = ["host": .string(host), "port": JSONValue(simulator.port), "base_url": .string(url)]
        StandardOutput.print(output.isJSON ? value.json : "Simulated upstream at \(url)")
        await signals.waitForStop()
        try await simulator.stop()
    }

    private func readScript() throws -> SimulatorScript {
        guard let script else { return .default }
        guard let data = FileManager.default.contents(atPath: script) else { throw CommandFailure("\(script) cannot be read") }
        do {
            return try JSONDecoder().decode(SimulatorScript.self, from: data)
        } catch {
            throw CommandFailure("\(script) is no script: \(error)")
        }
    }
}
