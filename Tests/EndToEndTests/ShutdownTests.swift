import Foundation
import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// SIGTERM and SIGHUP.
    @Suite("Signals")
    struct SignalTests {
        private static let streams = 20

        @Test("after SIGTERM open streams go on to their end, nobody new comes in, and the exit code is 0")
        func termination() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer(plan: "large")
            let port = relay.configuration.publicPort
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                let heads = Counter()
                let chat = Chat(directives: "chunks=8; chunk-delay=250", isStream: true).body
                for _ in 0..<Self.streams {
                    group.addTask { try await relay.post(chat, customer) { heads.increment() } }
                }
                try await eventually("every stream has begun") { heads.count == Self.streams ? true : nil }
                relay.child.send(SIGTERM)
                try await eventually("new requests are refused") { try await Self.isRefused(port: port) ? true : nil }
                var answers: [Answer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(await relay.child.waitForExit() == .code(0))
            #expect(answers.allSatisfy { $0.status == 200 && $0.isWhole && $0.isDone })
            let books = try await Books.read(relay)
            #expect(books.openHolds == 0)
            #expect(books.receipts == ["settled": Int64(Self.streams)])
            relay.expectNoSecrets()

            try await relay.start()
            try await relay.expectBalanced(customer)
            for answer in answers {
                let receipt = try await relay.receipt(answer.requestID ?? "")
                #expect(receipt["credits"]["charged"].credits == answer.charged)
            }
            try await relay.expectReconciled()
            await relay.stop()
        }

        /// Whether a new request cannot connect, or is told that the relay is draining.
        private static func isRefused(port: Int) async throws -> Bool {
            try await blocking {
                guard let socket = try? RawSocket(port: port) else { return true }
                // Without a key, so that one that still comes in is not one more in the books.
                try? socket.send(RawRequest.chat(Chat().body, key: nil))
                guard let response = try? socket.response() else { return true }
                #expect(response.status == 401 || response.answer.errorCode == "draining")
                return response.status == 503
            }
        }

        @Test("after SIGTERM connections without a request are closed, however their last request came in")
        func idleConnections() async throws {
            let simulator = try EndToEnd.simulator
            // Limits that no test waits for.
            let relay = try await RelayProcess(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")],
                limits: ["request": "1h", "keep_alive": "1h", "shutdown": "1h"])
            try await relay.start()
            let customer = try await relay.customer()
            let port = relay.configuration.publicPort
            let body = Chat().body
            let idle = try await blocking { try [true, false].map { try KeptConnection(port: port, body, customer, isSplit: $0) } }
            relay.child.send(SIGTERM)
            try await eventually("the relay ends", withinSeconds: 20) { relay.child.exit }
            #expect(relay.child.exit == .code(0))
            _ = idle
        }

        @Test("SIGHUP takes the new upstreams and keeps the old ones when the new configuration is wrong")
        func reload() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")])
            try await relay.start()
            let customer = try await relay.customer()
            #expect(try await relay.chat(Chat(model: "alias"), customer).errorCode == "no_upstream_available")

            var configuration = relay.configuration
            configuration.upstreams[0].models = "[gpt-5.2, alias]"
            let file = URL(filePath: relay.configurationFile)
            try Data(configuration.yaml.utf8).write(to: file)
            relay.child.send(SIGHUP)
            try await eventually("the new upstreams are used") {
                try await relay.chat(Chat(model: "alias"), customer).status == 200 ? true : nil
            }
            try Data("upstreams: nonsense\n".utf8).write(to: file)
            relay.child.send(SIGHUP)
            try await eventually("the fault is logged") { relay.child.errors.contains("was not reloaded") ? true : nil }
            #expect(try await relay.chat(Chat(model: "alias"), customer).status == 200)
            try Data(configuration.yaml.utf8).write(to: file)
            try await relay.expectReconciled()
            await relay.stop()
        }
    }
}

/// A connection that has served one request and is kept alive.
private final class KeptConnection: @unchecked Sendable {
    // Held, and touched by nobody.
    private let socket: RawSocket

    /// - Parameter isSplit: whether head and body come apart.
    init(port: Int, _ body: String, _ customer: Customer, isSplit: Bool) throws {
        socket = try RawSocket(port: port)
        let head = RawRequest.head(bytes: body.utf8.count, key: customer.secret)
        if isSplit {
            try socket.send(head)
            Thread.sleep(forTimeInterval: 0.1)
            try socket.send(body)
        } else {
            try socket.send(head + body)
        }
        guard try socket.response().status == 200 else { throw TestFailure("no answer") }
    }
}
