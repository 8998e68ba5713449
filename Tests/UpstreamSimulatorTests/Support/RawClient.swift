import NIOCore
import NIOPosix

@testable import UpstreamSimulator

/// Sends bytes and takes what comes back, as it comes.
struct RawClient {
    let port: Int

    /// Sends all of `request` and returns what arrives until the server closes, or until `isEnough` says so; then closes.
    func exchange(_ request: String, until isEnough: @Sendable ([UInt8]) async -> Bool = { _ in false }) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var received: [UInt8] = []
            for try await part in inbound {
                received += part.readableBytesView
                if await isEnough(received) { break }
            }
            return received
        }
    }

    /// One whole answer to a chat request on a connection that is closed after it.
    func chat(_ body: String, headers: String = "") async throws -> ReceivedAnswer {
        ReceivedAnswer(try await exchange(Self.post(body, headers: headers + "connection: close\r\n")))
    }

    func get(_ path: String) async throws -> ReceivedAnswer {
        ReceivedAnswer(try await exchange("GET \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n"))
    }

    static func post(_ body: String, path: String = "/v1/chat/completions", headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }
}

/// Runs a simulator for the time of `body`, and stops it whatever happens.
func withSimulator<Result>(
    _ script: SimulatorScript = .default, _ body: (UpstreamSimulator, RawClient) async throws -> Result
) async throws -> Result {
    let simulator = try await UpstreamSimulator.start(port: 0, script: script)
    do {
        let result = try await body(simulator, RawClient(port: simulator.port))
        try await simulator.stop()
        return result
    } catch {
        try await simulator.stop()
        throw error
    }
}

/// Waits until the simulator's counts say so. A count that never comes is a test that hangs, which the suite's time limit ends.
func counts(of simulator: UpstreamSimulator, when isReached: (SimulatorCounts) -> Bool) async throws -> SimulatorCounts {
    while true {
        let counts = simulator.counts
        if isReached(counts) { return counts }
        try await Task.sleep(for: .milliseconds(2))
    }
}
