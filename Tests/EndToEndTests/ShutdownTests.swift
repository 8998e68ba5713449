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
            // A connection that is idle and kept alive, and so could carry a request without a new one being made.
            let port = relay.configuration.publicPort
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                let heads = Counter()
                let chat = Chat(directives: "chunks=8; chunk-delay=250", isStream: true).body
                for _ in 0..<Self.streams {
                    group.addTask { try await relay.post(chat, customer) { heads.increment() } }
                }
                try await eventually("every stream has begun") { heads.count == Self.streams ? true : nil }
                relay.child.send(SIGTERM)
                try await eventually("new requests are refused") { try await Self.isRefused(port: port, customer) ? true : nil }
                var answers: [Answer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(await relay.child.waitForExit() == .code(0))
            #expect(answers.allSatisfy { $0.status == 200 && $0.isWhole && $0.isDone })
            let books = try await Books.read(relay)
            #expect(books["holds"].int == 0)
            #expect(books["receipts"]["settled"].int == Int64(Self.streams))
            #expect(books["receipts"]["expired"].isNull)
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
        private static func isRefused(port: Int, _ customer: Customer) async throws -> Bool {
            try await blocking {
                guard let socket = try? RawSocket(port: port) else { return true }
                let body = Chat().body
                try? socket.send(RawRequest.chat(body, key: customer.secret))
                guard let response = try? socket.response() else { return true }
                #expect(response.status == 200 || response.answer.errorCode == "draining")
                return response.status == 503
            }
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
