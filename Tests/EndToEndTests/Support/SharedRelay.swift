import Foundation
import RelayTestKit
import Testing

/// The relay and the simulated upstream that most tests share.
struct SharedRelay: Sendable {
    @TaskLocal static var current: SharedRelay?

    let relay: RelayProcess
    let simulator: SimulatorProcess
    private let folder: TemporaryFolder

    static func shared() throws -> SharedRelay {
        guard let current else { throw TestFailure("no relay is shared here") }
        return current
    }

    /// What the upstream `first` does to requests for its models, each of which has a second upstream behind it.
    private static let script = """
        { "cachedPercent": 25, "reasoningTokens": 2, "rules": [
          { "model": "fails-with-500", "behaviour": "status=500" },
          { "model": "fails-with-429", "behaviour": "status=429; retry-after=1" },
          { "model": "is-cut", "behaviour": "cut=before" },
          { "model": "is-garbage", "behaviour": "garbage" } ] }
        """

    static func start() async throws -> SharedRelay {
        let folder = try TemporaryFolder()
        let simulator = try await SimulatorProcess.start(in: folder.url.path, script: script)
        let nobody = "http://127.0.0.1:\(try freePort())/v1"
        let relay = try await RelayProcess(
            [
                .init(
                    name: "main", baseURL: simulator.baseURL,
                    models: "{ gpt-5.2: gpt-5.2, odd-prices: odd-prices, alias: gpt-5.2-real-name }"),
                .init(
                    name: "impatient", baseURL: simulator.baseURL, models: "[impatient]",
                    timeouts: "{ connect: 1s, first_byte: 600ms, idle: 600ms }"),
                .init(name: "absent", baseURL: nobody, models: "[absent, second-after-absent]"),
                .init(
                    name: "first", baseURL: simulator.baseURL,
                    models: """
                        { second-after-500: fails-with-500, second-after-429: fails-with-429, second-after-cut: is-cut, \
                        second-after-garbage: is-garbage }
                        """),
                .init(
                    name: "second", baseURL: simulator.baseURL,
                    models: """
                        { second-after-500: gpt-5.2, second-after-429: gpt-5.2, second-after-cut: gpt-5.2, second-after-garbage: gpt-5.2, \
                        second-after-absent: gpt-5.2 }
                        """, priority: 1),
            ], limits: ["request": "2s"]
        ) {
            // Upstreams fail on purpose here, one test beside the other.
            $0.moreSections += "\nrouting: { circuit: { mode: off } }"
        }
        try await relay.start()
        return SharedRelay(relay: relay, simulator: simulator, folder: folder)
    }

    func stop() async {
        await relay.stop()
        let exit = await simulator.stop()
        #expect(exit == .code(0))
    }
}

/// Starts the shared relay before the first test of a suite, and stops it after the last.
struct SharedRelayTrait: SuiteTrait, TestScoping {
    @concurrent
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let shared = try await SharedRelay.start()
        do {
            try await SharedRelay.$current.withValue(shared) { try await function() }
        } catch {
            await shared.stop()
            throw error
        }
        await shared.stop()
    }
}

extension Trait where Self == SharedRelayTrait {
    static var servedByOneRelay: Self { Self() }
}
