import Foundation
import Glibc
import RelayDomain
import RelayTestKit
import Synchronization
import Testing

extension EndToEnd {
    /// Three relays on one PostgreSQL. `NEXRELAY_CLUSTER_SECONDS` says for how long they are troubled.
    @Suite("Three nodes on one database", .enabled(if: RelayDatabase.isPostgres, "nodes share a PostgreSQL database"))
    struct ClusterTests {
        private static let seconds = ProcessInfo.processInfo.environment["NEXRELAY_CLUSTER_SECONDS"].flatMap(Double.init) ?? 25
        private static let clients = 64
        private static let others = 50
        private static let input: Int64 = 60
        private static let output: Int64 = 10
        private static var cost: Int64 { input + output }

        /// Nodes with the same secrets, each on its own way to the database.
        private struct Cluster {
            let server: PostgresServer
            let proxy: CuttingProxy
            let nodes: [RelayProcess]

            static func start(_ upstreams: [RelayConfiguration.Upstream]) async throws -> Cluster {
                let (server, database, proxy) = try await blocking {
                    let server = try PostgresServer()
                    try server.start()
                    return (server, try server.newDatabase(), try CuttingProxy(to: server.socketPath))
                }
                var nodes: [RelayProcess] = []
                for _ in 0..<3 {
                    nodes.append(
                        try await RelayProcess(upstreams, database: .postgres(database), beside: nodes.first) {
                            $0.database = database.url(port: proxy.port)
                            $0.moreSections += "\nguard: { mode: off }"
                        })
                }
                // All at once: the schema is made by one of them.
                _ = try await concurrently(nodes, width: 3) { try await $0.start() }
                return Cluster(server: server, proxy: proxy, nodes: nodes)
            }

            func stop() async {
                for node in nodes { await node.stop() }
                try? await blocking { [server] in server.stop() }
            }
        }

        @Test("what fits is admitted, counted to the request over all nodes: one hot wallet and fifty others")
        func exact() async throws {
            let tokenizer = try Vocabulary.tokenizer()
            let simulator = try EndToEnd.simulator
            let cluster = try await Cluster.start([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            let nodes = cluster.nodes
            let hotFits: Int64 = 150
            let fits: Int64 = 5
            let hot = try await nodes[0].customer(credits: Credits(hotFits * Self.cost), plan: "large")
            var customers: [Customer] = []
            for index in 0..<Self.others {
                customers.append(try await nodes[index % 3].customer(credits: Credits(fits * Self.cost), plan: "large"))
            }
            try await simulator.reset()
            var random = SeededGenerator()
            print("cluster: NEXRELAY_TEST_SEED=\(random.seed) repeats this")
            let all = [hot] + customers
            let jobs = (Array(repeating: 0, count: 300) + (1...Self.others).flatMap { Array(repeating: $0, count: 8) }).shuffled(
                using: &random)
            let chat = Prompt.chat(tokens: Self.input, output: Int(Self.output), tokenizer)
            let answers = try await concurrently(Array(jobs.enumerated()), width: Self.clients) { number, index in
                (index, try await nodes[number % 3].chat(chat, all[index]))
            }

            for index in all.indices {
                let own = answers.filter { $0.0 == index }.map(\.1)
                #expect(own.count { $0.status == 200 } == Int(index == 0 ? hotFits : fits), "wallet \(index)")
                #expect(Set(own.filter { $0.status != 200 }.compactMap(\.errorCode)) == ["insufficient_balance"], "wallet \(index)")
                try await nodes[index % 3].expectBalanced(all[index])
            }
            #expect(try await simulator.chatRequests() == hotFits + fits * Int64(Self.others))
            for node in nodes { try await node.expectReconciled() }
            await cluster.stop()
        }

        @Test(
            "killed, stopped for longer than their leases, cut off, and with a database that restarts: nothing is lost, nothing comes twice"
        )
        func troubled() async throws {
            var random = SeededGenerator()
            print("cluster: \(Self.seconds) s; NEXRELAY_TEST_SEED=\(random.seed) draws the same")
            let simulator = try EndToEnd.simulator
            let cluster = try await Cluster.start([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            let nodes = cluster.nodes
            var customers: [Customer] = []
            for _ in 0...Self.others { customers.append(try await nodes[0].customer(plan: "large")) }
            let everybody = customers
            let delivered = Delivered()
            let answered = Counter()
            let seed = random.next()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<Self.clients {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &+ UInt64(client))
                        while !delivered.isOver.withLock({ $0 }) {
                            let number = Int.random(in: 0..<1_000, using: &random)
                            let chat = Chat(
                                directives: "chunks=6; chunk-delay=\(number & 7)", isStream: number.isMultiple(of: 2), maxTokens: 40)
                            // Half of all that happens is on the one hot wallet.
                            let customer = everybody[Bool.random(using: &random) ? 0 : .random(in: 1...Self.others, using: &random)]
                            guard let answer = try? await nodes[number % 3].chat(chat, customer) else {
                                // Its node is dead.
                                try? await Task.sleep(for: .milliseconds(20))
                                continue
                            }
                            answered.increment()
                            delivered.add(answer)
                        }
                    }
                }
                try await trouble(cluster, &random)
                delivered.isOver.withLock { $0 = true }
                try await group.waitForAll()
            }
            try await eventually("after the grace time no hold is open", withinSeconds: 30) {
                let open = try await nodes[0].database.rows("SELECT count(*) FROM holds")
                return open == [["0"]] ? true : nil
            }
            try await delivered.check(on: nodes[1], everybody, moreThan: 50, "cluster")
            print("cluster: \(answered.count) answered")
            for node in nodes { try await node.expectReconciled() }
            try await nodes[0].database.check()
            await cluster.stop()
        }

        /// Something goes wrong every second or so, and the database restarts twice.
        private func trouble(_ cluster: Cluster, _ random: inout SeededGenerator) async throws {
            let begin = Date()
            var restarts: [PostgresServer.StopMode] = [.fast, .immediate]
            while case let passed = Date().timeIntervalSince(begin), passed < Self.seconds {
                try await Task.sleep(for: .milliseconds(Int.random(in: 300...1_200, using: &random)))
                let node = cluster.nodes[Int.random(in: 0..<3, using: &random)]
                if !restarts.isEmpty, passed > Self.seconds * (restarts.count == 2 ? 0.3 : 0.7) {
                    let mode = restarts.removeFirst()
                    print("cluster: \(Int(passed)) s, the database restarts, \(mode)")
                    try await blocking { [server = cluster.server] in try server.restart(mode) }
                    continue
                }
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    print("cluster: \(Int(passed)) s, a node is killed")
                    await node.kill()
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &random)))
                    try await node.start()
                case 2, 3:
                    let milliseconds = Int.random(in: 200...9_000, using: &random)
                    print("cluster: \(Int(passed)) s, a node stands still for \(milliseconds) ms")
                    node.child.send(SIGSTOP)
                    try await Task.sleep(for: .milliseconds(milliseconds))
                    node.child.send(SIGCONT)
                case 4:
                    print("cluster: \(Int(passed)) s, every connection to the database is cut")
                    cluster.proxy.cut()
                default:
                    print("cluster: \(Int(passed)) s, the reply to a commit is lost")
                    cluster.proxy.cut(at: .message(CuttingProxy.commitReply, from: .server))
                }
            }
        }
    }
}
