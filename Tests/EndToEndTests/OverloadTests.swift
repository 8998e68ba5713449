import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// More than there is room for.
    @Suite("Overload")
    struct OverloadTests {
        private func serving(_ limits: [String: String], _ body: (RelayProcess) async throws -> Void) async throws {
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")], limits: limits, body)
        }

        @Test("an address has only so many connections; one that closes makes room for the next")
        func connections() async throws {
            try await serving(["address_connections": "3"]) { relay in
                let port = relay.configuration.publicPort
                try await eventually("the connections that looked for a start are gone") {
                    try? await blocking {
                        let sockets = try (0..<3).map { _ in try RawSocket(port: port) }
                        for socket in sockets {
                            try socket.send("GET /v1/wallet HTTP/1.1\r\nhost: relay\r\n\r\n")
                            guard try socket.response().status == 401 else { throw TestFailure("not answered") }
                        }
                        let fourth = try RawSocket(port: port)
                        guard try fourth.receive().isEmpty else { throw TestFailure("a fourth connection is open") }
                        sockets[0].close()
                        Thread.sleep(forTimeInterval: 0.2)
                        let fifth = try RawSocket(port: port)
                        try fifth.send("GET /v1/wallet HTTP/1.1\r\nhost: relay\r\n\r\n")
                        guard try fifth.response().status == 401 else { throw TestFailure("no room was made") }
                    }
                }
            }
        }

        @Test(
            "bodies beyond the memory for them are refused early, with the time to come again; small ones pass, and so do large ones later")
        func memory() async throws {
            try await serving(["gathered": "2MiB"]) { relay in
                let customer = try await relay.customer(plan: "large")
                let large = Chat(text: String(repeating: "word ", count: 500_000))
                let answer = try await relay.chat(large, customer)
                #expect(answer.status == 503 && answer.errorCode == "overloaded" && answer.header("retry-after") != nil, "\(answer.text)")
                let fitting = Chat(text: String(repeating: "word ", count: 100_000))
                for _ in 0..<8 { #expect(try await relay.chat(fitting, customer).status == 200) }
                try await relay.expectBalanced(customer)
            }
        }

        @Test("a body is let go when its answer begins: open streams hold none, however large what they were asked")
        func bodiesOfStreams() async throws {
            try await serving(["gathered": "2MiB"]) { relay in
                let customer = try await relay.customer(plan: "large")
                let text = String(repeating: "word ", count: 180_000)
                let (heads, begun) = AsyncStream.makeStream(of: Void.self)
                var begins = heads.makeAsyncIterator()
                @Sendable func ask(_ directives: String) async throws -> Answer {
                    let chat = Chat(directives: directives, isStream: true, text: text)
                    return try await relay.post(chat.body, customer) { begun.yield() }
                }
                let waiting = try await concurrently(Array(0..<8), width: 8) { _ in try await ask("first-byte-delay=2500") }
                for _ in waiting { await begins.next() }
                #expect(waiting.contains { $0.status == 503 && $0.errorCode == "overloaded" })
                // Each of these is asked while those before it are still answered.
                try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await ask("chunks=10; chunk-delay=1000") }
                        await begins.next()
                    }
                    for try await answer in group { #expect(answer.status == 200 && answer.isDone, "\(answer.text.prefix(300))") }
                }
                try await relay.expectBalanced(customer)
            }
        }

        @Test("a body that drips has a time by which it must be whole, and holds nothing meanwhile")
        func drippingBody() async throws {
            try await serving(["body_time": "2s"]) { relay in
                let customer = try await relay.customer()
                let port = relay.configuration.publicPort
                let head = RawRequest.head(bytes: 1_000, key: customer.secret)
                let isClosed = try await blocking {
                    let socket = try RawSocket(port: port)
                    try socket.send(head)
                    for _ in 0..<200 {
                        Thread.sleep(forTimeInterval: 0.1)
                        do { try socket.send(" ") } catch { return true }
                    }
                    return false
                }
                #expect(isClosed)
                #expect(try await relay.receipts(customer.account).isEmpty)
                try await relay.expectBalanced(customer)
            }
        }

        @Test("one account's many requests wait only so long a queue, and a neighbour's pass them")
        func fairness() async throws {
            try await serving(["account_queue": "1"]) { relay in
                let (many, one) = (try await relay.customer(), try await relay.customer())
                let flood = Task {
                    try await concurrently(Array(0..<600), width: 200) { _ in try await relay.chat(Chat(), many) }
                }
                var neighbours: [Answer] = []
                for _ in 0..<20 { neighbours.append(try await relay.chat(Chat(), one)) }
                let answers = try await flood.value
                #expect(neighbours.allSatisfy { $0.status == 200 })
                let refused = answers.filter { $0.status == 429 }
                #expect(answers.allSatisfy { $0.status == 200 || $0.errorCode == "concurrency_limit_exceeded" })
                #expect(!refused.isEmpty && refused.allSatisfy { $0.header("retry-after") == "1" })
                #expect(try await relay.receipts(many.account).count == answers.count - refused.count)
                try await relay.expectBalanced(many)
                try await relay.expectReconciled()
            }
        }
    }
}
