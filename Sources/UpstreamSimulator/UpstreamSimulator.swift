import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
public import RelayTokenizer

/// An OpenAI-compatible upstream with scripted answers, faults and pacing, for demonstrations, tests and benchmarks.
///
/// It serves `POST /v1/chat/completions`, `/v1/responses`, `/v1/completions`, `/v1/embeddings` and `/v1/moderations`, and `GET /v1/models`
/// (all of them with and without `/v1`), without asking for a key; and for whoever tests with it `GET /simulator/counts`
/// (`SimulatorCounts`), `GET /simulator/requests` (`{"data": [RecordedRequest]}`, which shows the keys that it was sent) and
/// `POST /simulator/reset`. What it does on a request is described at `SimulatorScript` and `SimulatedBehaviour`.
///
/// It must be stopped before it is released.
public final class UpstreamSimulator: Sendable {
    /// The port that it listens on.
    public let port: Int

    private let state: SimulatorState
    private let listener: any Channel
    private let group: MultiThreadedEventLoopGroup

    private init(port: Int, state: SimulatorState, listener: any Channel, group: MultiThreadedEventLoopGroup) {
        self.port = port
        self.state = state
        self.listener = listener
        self.group = group
    }

    /// Listens on `host` and `port` (0: any free one) and answers on `threads` event loops of its own.
    ///
    /// - Parameter tokenizer: counts prompts as OpenAI does; without it four bytes are one token.
    /// - Throws: what the system says when the address cannot be bound.
    public static func start(
        host: String = "127.0.0.1", port: Int, script: SimulatorScript = .default, tokenizer: Tokenizer? = nil, threads: Int = 1
    ) async throws -> UpstreamSimulator {
        let answers = script.benchmark.map { BenchmarkAnswers($0, createdSeconds: Int(Date().timeIntervalSince1970)) }
        var script = script
        if let answers { script.defaultBehaviour = answers.behaviour }
        let state = SimulatorState(script: script, tokenCount: TokenCount(tokenizer: tokenizer))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: SimulatorLimits.acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try addHandlers(to: channel, state: state, answers: answers) }
            }
        do {
            let listener = try await bootstrap.bind(host: host, port: port).get()
            return UpstreamSimulator(port: listener.localAddress?.port ?? port, state: state, listener: listener, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func addHandlers(to channel: any Channel, state: SimulatorState, answers: BenchmarkAnswers?) throws {
        state.counts.connectionOpened()
        channel.closeFuture.whenComplete { _ in state.counts.connectionClosed() }
        let pipeline = channel.pipeline.syncOperations
        if let answers { try pipeline.addHandler(BenchmarkHandler(answers: answers, counts: state.counts)) }
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(SimulatorHandler(state: state))
    }

    /// What happened so far, from all threads.
    public var counts: SimulatorCounts { state.counts.snapshot }

    /// The last requests, oldest first; empty where the script does not record them.
    public var recordedRequests: [RecordedRequest] { state.recordedRequests }

    /// Sets the counts to zero, forgets recorded requests, and starts the script's rules again. As `POST /simulator/reset`.
    public func reset() {
        state.reset()
    }

    /// Stops listening, closes every connection, and ends the threads. To be called once.
    public func stop() async throws {
        try await listener.close()
        try await group.shutdownGracefully()
    }
}
