import Foundation
import NIOHTTP1

/// A simulated upstream, as a process of its own.
final class SimulatorProcess: Sendable {
    let port: Int
    private let child: ChildProcess

    private init(port: Int, child: ChildProcess) {
        self.port = port
        self.child = child
    }

    /// - Parameter script: JSON, as `--script` takes it.
    static func start(in folder: String, script: String? = nil) async throws -> SimulatorProcess {
        let port = try freePort()
        var arguments = ["simulate-upstream", "--port", "\(port)"]
        if let script {
            let file = folder + "/script.json"
            try Data(script.utf8).write(to: URL(filePath: file))
            arguments += ["--script", file]
        }
        let child = try ChildProcess(try Location.program(), arguments, folder: folder, files: folder + "/simulator")
        let simulator = SimulatorProcess(port: port, child: child)
        try await eventually("the simulated upstream answers") {
            if let exit = child.exit { throw TestFailure("simulate-upstream ended with \(exit): \(child.errors)") }
            return try? await simulator.counts()
        }
        return simulator
    }

    var baseURL: String { "http://127.0.0.1:\(port)/v1" }

    func counts() async throws -> JSON { try await HTTP.send(.GET, "http://127.0.0.1:\(port)/simulator/counts").json }

    /// Chat requests that have arrived since the last reset.
    func chatRequests() async throws -> Int64 { try await counts()["chat_requests"].int ?? -1 }

    /// The last requests, oldest first.
    func requests() async throws -> [JSON] {
        try await HTTP.send(.GET, "http://127.0.0.1:\(port)/simulator/requests").json["data"].items
    }

    func reset() async throws { _ = try await HTTP.send(.POST, "http://127.0.0.1:\(port)/simulator/reset", body: "") }

    func send(_ signal: Int32) { child.send(signal) }

    /// - Returns: how it ended.
    func stop() async -> ChildProcess.Exit {
        child.send(SIGTERM)
        return await child.waitForExit()
    }
}
