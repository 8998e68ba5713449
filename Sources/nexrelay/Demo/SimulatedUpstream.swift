import Glibc
import NIOCore
import RelayTokenizer
import UpstreamSimulator

/// Starts a simulated upstream, and says in plain words when it cannot.
enum SimulatedUpstream {
    /// - Parameter port: 0 takes any that is free.
    /// - Throws: ``CommandFailure`` when the port is taken.
    static func start(
        host: String = "127.0.0.1", port: Int, script: SimulatorScript, tokenizer: Tokenizer?
    ) async throws -> UpstreamSimulator {
        do {
            return try await UpstreamSimulator.start(host: host, port: port, script: script, tokenizer: tokenizer)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandFailure("\(host):\(port) is taken by another program; choose another --port")
        }
    }
}
