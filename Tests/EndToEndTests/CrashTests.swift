import Foundation
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

extension EndToEnd {
    /// `kill -9` in the middle of load.
    @Suite("Crashes")
    struct CrashTests {
        private static let rounds = 10
        private static let width = 32
        private static let wallets = 4
        /// The kill comes at a random moment of this long a load.
        private static let loadMilliseconds = 500...1_500

        @Test("killed ten times under load, it has charged every answer that was delivered whole, once, and nothing twice")
        func killed() async throws {
            let generator = SeededGenerator()
            print("crashes: NEXRELAY_TEST_SEED=\(generator.seed) repeats the load")
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            var customers: [Customer] = []
            for _ in 0..<Self.wallets { customers.append(try await relay.customer(plan: "large")) }

            let delivered = Delivered()
            var moments = generator
            for round in 1...Self.rounds {
                let before = delivered.count
                let milliseconds = Int.random(in: Self.loadMilliseconds, using: &moments)
                await load(relay, customers, into: delivered, seed: generator.seed &+ UInt64(round), killAfterMilliseconds: milliseconds)
                try await relay.start()
                try await relay.afterLease("after restart \(round) no hold belongs to a request that does not run") {
                    let open = try await customers.asyncMap { try await relay.wallet($0.account)["requests_in_flight"].int ?? -1 }
                    return open.allSatisfy { $0 == 0 } ? true : nil
                }
                print("crashes: round \(round), \(delivered.count - before) answers were delivered whole before the kill")
            }
            try await delivered.check(on: relay, customers, moreThan: Self.rounds, "crashes")
            try await relay.expectReconciled()
            await relay.stop()
        }

        /// Keeps `width` requests going and kills the relay among them.
        private func load(
            _ relay: RelayProcess, _ customers: [Customer], into delivered: Delivered, seed: UInt64, killAfterMilliseconds: Int
        ) async {
            delivered.isOver.withLock { $0 = false }
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<Self.width {
                    group.addTask {
                        var turn = 0
                        while !delivered.isOver.withLock({ $0 }) {
                            let number = Int(truncatingIfNeeded: seed &+ UInt64(worker * 7 + turn))
                            let chat = Chat(
                                directives: "chunks=6; chunk-delay=\(number & 3)", isStream: number.isMultiple(of: 2), maxTokens: 40)
                            // A request that the kill cuts off has no answer, and nothing to look for.
                            if let answer = try? await relay.chat(chat, customers[number & 3]) { delivered.add(answer) }
                            turn += 1
                        }
                    }
                }
                try? await Task.sleep(for: .milliseconds(killAfterMilliseconds))
                await relay.kill()
                delivered.isOver.withLock { $0 = true }
            }
        }
    }
}

extension Array where Element: Sendable {
    /// One after another.
    func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
