import Foundation
import NIOHTTP1
import RelayTestKit

/// A simulated upstream, as a process of its own.
final class SimulatorProcess: Sendable {
    let host: String
    let port: Int
    private let child: ChildProcess

    private init(host: String, port: Int, child: ChildProcess) {
        self.host = host
        self.port = port
        self.child = child
    }

    /// - Parameters:
    ///   - script: JSON, as `--script` takes it.
    ///   - port: nil for one that is free.
    static func start(
        in folder: String, script: String? = nil, host: String = "127.0.0.1", port: Int? = nil
    ) async throws -> SimulatorProcess {
        let port = try port ?? freePort()
        var arguments = ["simulate-upstream", "--host", host, "--port", "\(port)"]
        if let script {
            let file = folder + "/script.json"
            try Data(script.utf8).write(to: URL(filePath: file))
            arguments += ["--script", file]
        }
        let child = try ChildProcess(try Location.program(), arguments, folder: folder, files: folder + "/simulator")
        let simulator = SimulatorProcess(host: host, port: port, child: child)
        try await eventually("the simulated upstream answers") {
            if let exit = child.exit { throw TestFailure("simulate-upstream ended with \(exit): \(child.errors)") }
            return try? await simulator.counts()
        }
        return simulator
    }

    private var url: String { "http://\(host):\(port)" }
    var baseURL: String { "\(url)/v1" }

    func counts() async throws -> JSON { try await HTTP.send(.GET, "\(url)/simulator/counts").json }

    /// Chat requests that have arrived since the last reset.
    func chatRequests() async throws -> Int64 { try await counts()["chat_requests"].int ?? -1 }

    /// The last requests, oldest first.
    func requests() async throws -> [JSON] {
        try await HTTP.send(.GET, "\(url)/simulator/requests").json["data"].items
    }

    func reset() async throws { _ = try await HTTP.send(.POST, "\(url)/simulator/reset", body: "") }

    func send(_ signal: Int32) { child.send(signal) }

    /// Dies on the spot.
    func kill() async {
        child.send(SIGKILL)
        _ = await child.waitForExit()
    }

    /// - Returns: how it ended.
    func stop() async -> ChildProcess.Exit {
        child.send(SIGTERM)
        return await child.waitForExit()
    }
}
