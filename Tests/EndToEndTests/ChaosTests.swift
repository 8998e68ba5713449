import Foundation
import Glibc
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

extension EndToEnd {
    /// Traffic over upstreams that die, hang, flap and lie at random. `NEXRELAY_CHAOS_SECONDS` says for how long.
    ///
    /// Three upstreams live on and keep count of what they answered; a fourth is killed and started again all the time, and its counts die
    /// with it.
    @Suite("Chaos")
    struct ChaosTests {
        private static let seconds = ProcessInfo.processInfo.environment["NEXRELAY_CHAOS_SECONDS"].flatMap(Double.init) ?? 20
        private static let width = 200
        private static let wallets = 20
        /// A client that has not been answered by then was forgotten.
        private static let patienceSeconds = 60.0

        @Test("every client is answered in time, the books are exact, nothing leaks, and the upstreams' own counts fit the receipts")
        func chaos() async throws {
            let generator = SeededGenerator()
            print("chaos: \(Self.seconds) s at concurrency \(Self.width); NEXRELAY_TEST_SEED=\(generator.seed) draws the same")
            let folders = try (0..<3).map { _ in try TemporaryFolder() }
            var simulators: [SimulatorProcess] = []
            for (number, folder) in folders.enumerated() {
                let script = Self.script(generator.round(2_000_000 + number))
                simulators.append(try await SimulatorProcess.start(in: folder.url.path, script: script))
            }
            var upstreams = simulators.enumerated().map { number, simulator in
                Self.upstream("upstream-\(number)", simulator.baseURL, priority: number / 2)
            }
            let mortal = try await Mortal.born(script: Self.script(generator.round(3_000_000)))
            upstreams.append(Self.upstream("mortal", mortal.baseURL, priority: 0))
            let relay = try await RelayProcess(
                upstreams, limits: ["exchange": "20s", "upstream_idle": "2s", "keep_alive": "3s"]
            ) { $0.moreSections += "\nguard: { mode: off }\nrouting: { circuit: { open: 300ms, open_limit: 3s } }" }
            try await relay.start()
            let customers = try await concurrently(Array(0..<Self.wallets), width: 1) { _ in try await relay.customer(plan: "large") }
            _ = try await concurrently(Array(0..<400), width: Self.width) { try await relay.chat(Chat(), customers[$0 % Self.wallets]) }
            let idleDescriptors = try await quiet(relay)
            let before = relay.child.residentBytes

            let end = Date(timeIntervalSinceNow: Self.seconds)
            let steering = Task { [simulators] in await Self.trouble(simulators, generator.round(1_000_000), until: end) }
            let dying = Task { try await mortal.dieAndReturn(generator.round(4_000_000), until: end) }
            let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
                for number in 0..<Self.width {
                    let customer = customers[number % Self.wallets]
                    group.addTask { try await Self.client(relay, customer, generator.round(number), until: end) }
                }
                return try await group.reduce(into: Tally()) { $0.add($1) }
            }
            await steering.value
            let deaths = try await dying.value
            print("chaos: \(tallies); an upstream died \(deaths) times")
            #expect(deaths > 2)
            #expect(tallies.slowestSeconds < Self.patienceSeconds)
            #expect(tallies.answered > 100 && tallies.failed > 10)
            #expect(tallies.crossed <= tallies.answered / 100)

            try await eventually("no request is in flight") {
                let isIdle = try await simulators.allSatisfySequentially { try await $0.counts()["in_flight"].int == 0 }
                return isIdle ? true : nil
            }
            try await checkBooks(relay, customers, simulators, tallies)
            let descriptors = try await quiet(relay)
            let growth = relay.child.residentBytes - before
            print(
                "chaos: descriptors \(idleDescriptors) before, \(descriptors) after; memory \(before >> 20) MiB, \(growth >> 20) MiB more")
            #expect(descriptors <= idleDescriptors + 8)
            #expect(growth < 96 << 20)
            await relay.stop()
            for simulator in simulators { _ = await simulator.stop() }
            await mortal.end()
        }

        private static func upstream(_ name: String, _ url: String, priority: Int) -> RelayConfiguration.Upstream {
            RelayConfiguration.Upstream(
                name: name, baseURL: url, models: "[gpt-5.2, odd-prices]", priority: priority,
                timeouts: "{ connect: 1s, first_byte: 1500ms, idle: 1500ms }")
        }

        // MARK: Traffic

        struct Tally: CustomStringConvertible {
            var answered = 0
            /// Requests on a connection that the relay was closing just then, because it had been idle. Any client sends these again.
            var crossed = 0
            var refused = 0
            var failed = 0
            var left = 0
            var slowestSeconds = 0.0

            mutating func add(_ other: Tally) {
                answered += other.answered
                crossed += other.crossed
                refused += other.refused
                failed += other.failed
                left += other.left
                slowestSeconds = max(slowestSeconds, other.slowestSeconds)
            }

            var description: String {
                "\(answered) answered, \(failed) failed, \(refused) refused, \(left) left early, \(crossed) crossed a closing connection, slowest \(slowestSeconds) s"
            }
        }

        /// Each is either a good answer to the relay and to its upstream's count, or to neither.
        private static let faults = [
            "status=500", "status=503", "status=429; retry-after=1", "cut=before", "cut=head", "cut=2", "garbage", "empty", "error-after=2",
            "hang=head", "hang=1", "usage=missing", "usage=garbage", "usage=twice", "usage=overrun", "bad-head",
        ]

        /// What an upstream does, one request after the other, again and again: one in five of its answers is no good one.
        private static func script(_ generator: SeededGenerator) -> String {
            var generator = generator
            let sequence = (0..<200).map { _ in
                let isFaulty = Int.random(in: 0..<5, using: &generator) == 0
                return JSON.string(
                    isFaulty
                        ? faults.randomElement(using: &generator)!
                        : "chunks=\(Int.random(in: 1...30, using: &generator)); chunk-delay=5")
            }
            return JSON.object(["rules": [["sequence": .array(sequence), "repeats": true]]]).text
        }

        private static func client(
            _ relay: RelayProcess, _ customer: Customer, _ generator: SeededGenerator, until end: Date
        ) async throws -> Tally {
            var generator = generator
            var tally = Tally()
            while Date() < end {
                var chat = Chat(isStream: .random(using: &generator), maxTokens: .random(in: 20...200, using: &generator))
                chat.model = ["gpt-5.2", "odd-prices"].randomElement(using: &generator)!
                let started = Date()
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    let patience = Double.random(in: 0...0.3, using: &generator)
                    try await leave(relay, customer, chat, after: patience)
                    tally.left += 1
                } else {
                    guard let answer = try? await relay.chat(chat, customer) else {
                        if let exit = relay.child.exit {
                            throw TestFailure("the relay ended with \(exit): \(relay.child.errors.suffix(4_000))")
                        }
                        tally.crossed += 1
                        continue
                    }
                    #expect(answer.isWhole, "\(answer.text)")
                    switch answer.status {
                    case 200 where answer.streamError == nil: tally.answered += 1
                    case 400..<500: tally.refused += 1
                    default: tally.failed += 1
                    }
                    // A refusal comes at once: a client that would not wait would do nothing else.
                    if answer.status == 503 { try await Task.sleep(for: .milliseconds(50)) }
                }
                tally.slowestSeconds = max(tally.slowestSeconds, Date().timeIntervalSince(started))
            }
            return tally
        }

        private static func leave(_ relay: RelayProcess, _ customer: Customer, _ chat: Chat, after seconds: Double) async throws {
            let port = relay.configuration.publicPort
            try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(chat.body, key: customer.secret))
                Thread.sleep(forTimeInterval: seconds)
                socket.reset()
            }
        }

        /// Stops upstreams dead and lets them go on, one after the other, and two at once now and then. A process that is stopped neither
        /// answers nor closes anything, as a machine that has lost its network.
        private static func trouble(_ simulators: [SimulatorProcess], _ generator: SeededGenerator, until end: Date) async {
            var generator = generator
            while Date() < end {
                let victims = simulators.shuffled(using: &generator).prefix(Int.random(in: 0..<5, using: &generator) == 0 ? 2 : 1)
                victims.forEach { $0.send(SIGSTOP) }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 100...2_500, using: &generator)))
                victims.forEach { $0.send(SIGCONT) }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 100...1_000, using: &generator)))
            }
        }

        /// An upstream that is killed with whatever it was answering, and comes back at the same place after a while.
        private actor Mortal {
            private let folder: TemporaryFolder
            private let script: String
            private var process: SimulatorProcess
            let baseURL: String

            private init(_ folder: TemporaryFolder, _ script: String, _ process: SimulatorProcess) {
                (self.folder, self.script, self.process) = (folder, script, process)
                baseURL = process.baseURL
            }

            static func born(script: String) async throws -> Mortal {
                let folder = try TemporaryFolder()
                return Mortal(folder, script, try await .start(in: folder.url.path, script: script))
            }

            /// - Returns: how often it died.
            func dieAndReturn(_ generator: SeededGenerator, until end: Date) async throws -> Int {
                var generator = generator
                var deaths = 0
                while Date() < end {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 200...3_000, using: &generator)))
                    await process.kill()
                    deaths += 1
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...1_500, using: &generator)))
                    process = try await .start(in: folder.url.path, script: script, port: process.port)
                }
                return deaths
            }

            func end() async { _ = await process.stop() }
        }

        // MARK: Afterwards

        /// The relay's open descriptors, once the connections that nobody uses are closed.
        private func quiet(_ relay: RelayProcess) async throws -> Int {
            var last = Int.max
            return try await eventually("the descriptors settle") {
                try await Task.sleep(for: .seconds(4))
                let count = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(relay.child.id)/fd").count
                defer { last = count }
                return count >= last ? count : nil
            }
        }

        /// What an attempt comes to that the relay ends, and not its upstream.
        private static let givingUp: Set<String?> = ["timed_out", "cancelled"]

        private func checkBooks(
            _ relay: RelayProcess, _ customers: [Customer], _ simulators: [SimulatorProcess], _ tally: Tally
        ) async throws {
            var answered: [String: Int64] = [:]
            var givenUp: [String: Int64] = [:]
            let receipts = try await relay.balancedReceipts(customers).values
            for receipt in receipts {
                #expect(receipt["state"].string != "open")
                let attempts = receipt["attempts"].items
                #expect(attempts.count <= 3)
                for attempt in attempts {
                    let (upstream, outcome) = (attempt["upstream"].string ?? "", attempt["outcome"].string)
                    if outcome == "answered" { answered[upstream, default: 0] += 1 }
                    if Self.givingUp.contains(outcome) { givenUp[upstream, default: 0] += 1 }
                }
                let isCharged = receipt["credits"]["charged"].credits ?? .zero > .zero
                if receipt["state"].string == "voided" { #expect(!isCharged, "\(receipt.text)") }
            }
            print("chaos: \(receipts.count) receipts")
            for (number, simulator) in simulators.enumerated() {
                let name = "upstream-\(number)"
                let own = try await simulator.counts()["answered"].int ?? 0
                let (told, unread) = (answered[name, default: 0], givenUp[name, default: 0])
                print("chaos: \(name) says that it answered \(own); receipts have \(told), and gave up on \(unread)")
                // What it sent and nobody read, because the relay did not wait for it any more, is one of those.
                #expect(own >= told && own <= told + unread)
            }
            try await relay.expectReconciled()
        }
    }
}

extension Sequence where Element: Sendable {
    fileprivate func allSatisfySequentially(_ predicate: (Element) async throws -> Bool) async rethrows -> Bool {
        for element in self where try await !predicate(element) { return false }
        return true
    }
}
