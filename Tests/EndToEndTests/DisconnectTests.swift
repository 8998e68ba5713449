import Foundation
import RelayDomain
import Testing

extension EndToEnd {
    /// Clients that leave.
    @Suite("Clients that leave")
    struct DisconnectTests {
        private static let price = Credits(15)
        private static let figures = "prompt=10; cached=0; completion=5"

        /// The one receipt of a customer, once it is closed.
        private func receipt(_ relay: RelayProcess, _ customer: Customer) async throws -> JSON {
            try await eventually("the request is closed") {
                let receipts = try await relay.receipts(customer.account)
                #expect(receipts.count <= 1)
                return receipts.first.flatMap { $0["state"].string == "open" ? nil : $0 }
            }
        }

        /// Sends a chat and leaves: when the upstream has it, or when the client has read `mark`.
        private func leave(_ relay: RelayProcess, _ customer: Customer, _ chat: Chat, after mark: String?) async throws {
            let simulator = try EndToEnd.simulator
            try await eventually("the upstream is idle") { try await simulator.counts()["in_flight"].int == 0 ? true : nil }
            let port = relay.configuration.publicPort
            let body = chat.body
            let socket = try await blocking { try SentRequest(port: port, text: RawRequest.chat(body, key: customer.secret)) }
            if let mark {
                try await blocking { try socket.read(until: mark) }
            } else {
                try await eventually("the upstream has the request") { try await simulator.counts()["in_flight"].int == 1 ? true : nil }
            }
            try await blocking { socket.leave() }
        }

        @Test("one that leaves before the head is drained, and billed as reported", arguments: [false, true])
        func beforeHead(isStream: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            try await leave(relay, customer, Chat(directives: "\(Self.figures); delay=800", isStream: isStream), after: nil)
            let receipt = try await receipt(relay, customer)
            #expect(receipt["state"].string == "settled")
            #expect(receipt["usage"]["source"].string == "reported")
            #expect(receipt["credits"]["charged"].credits == Self.price)
            #expect(receipt["client_disconnected"].bool == true)
            try await relay.expectBalanced(customer)
        }

        @Test("one that leaves in the middle of a stream is drained, and billed as reported")
        func middle() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            try await leave(
                relay, customer, Chat(directives: "\(Self.figures); chunks=10; chunk-delay=80", isStream: true), after: "\"content\":\"sim")
            let receipt = try await receipt(relay, customer)
            #expect(receipt["state"].string == "settled")
            #expect(receipt["usage"]["source"].string == "reported")
            #expect(receipt["credits"]["charged"].credits == Self.price)
            #expect(receipt["client_disconnected"].bool == true)
            try await relay.expectBalanced(customer)
        }

        @Test("one that closes right after [DONE] has not left")
        func afterDone() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            try await leave(relay, customer, Chat(directives: Self.figures, isStream: true), after: "data: [DONE]\n\n")
            let receipt = try await receipt(relay, customer)
            #expect(receipt["client_disconnected"].bool == false)
            #expect(receipt["attempts"][0]["outcome"].string == "answered")
            #expect(receipt["credits"]["charged"].credits == Self.price)
            try await relay.expectBalanced(customer)
        }

        @Test("one that takes nothing of its answer has left after a while, and is drained")
        func stalled() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")], limits: ["stall": "1s"]
            ) { relay in
                let customer = try await relay.customer(plan: "large")
                let chat = Chat(directives: "\(Self.figures); chunks=1024; chunk-bytes=16384; ignore-limit", isStream: true)
                let port = relay.configuration.publicPort
                let socket = try await blocking { try SentRequest(port: port, text: RawRequest.chat(chat.body, key: customer.secret)) }
                let receipt = try await receipt(relay, customer)
                #expect(receipt["state"].string == "settled")
                #expect(receipt["usage"]["source"].string == "reported")
                #expect(receipt["credits"]["charged"].credits == Self.price)
                #expect(receipt["client_disconnected"].bool == true)
                try await relay.expectBalanced(customer)
                socket.leave()
            }
        }

        @Test("slow readers that leave are drained, however many, and billed as reported")
        func slowReadersLeave() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(plan: "large")
            let chat = Chat(directives: "\(Self.figures); chunks=1000; chunk-bytes=4000; ignore-limit", isStream: true)
            let text = RawRequest.chat(chat.body, key: customer.secret)
            let port = relay.configuration.publicPort
            _ = try await concurrently(Array(0..<12), width: 12) { _ in
                try await blocking {
                    let socket = try RawSocket(port: port, receiveBufferBytes: 4_096)
                    try socket.send(text)
                    Thread.sleep(forTimeInterval: 1.5)
                    socket.close()
                }
            }
            let wallet = try await relay.idleWallet(customer.account)
            #expect(wallet["held_credits"].credits == .zero)
            let receipts = try await relay.receipts(customer.account)
            #expect(receipts.count == 12)
            #expect(receipts.allSatisfy { $0["usage"]["source"].string == "reported" && $0["client_disconnected"].bool == true })
            #expect(receipts.allSatisfy { $0["credits"]["charged"].credits == Self.price })
        }

        @Test("one that closes its connection in the ordinary way before the head has left too; one that only sends no more is served")
        func ordinaryClose() async throws {
            let relay = try EndToEnd.relay
            let (left, half) = (try await relay.customer(keyPolicy: ["on_disconnect": "cancel"]), try await relay.customer())
            let port = relay.configuration.publicPort
            let slow = Chat(directives: "\(Self.figures); delay=20000").body
            try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(slow, key: left.secret))
                Thread.sleep(forTimeInterval: 0.3)
                socket.close()
            }
            let receipt = try await eventually("it is cancelled", withinSeconds: 15) {
                try await relay.receipts(left.account).first.flatMap { $0["state"].string == "open" ? nil : $0 }
            }
            #expect(receipt["attempts"][0]["outcome"].string == "cancelled" && receipt["client_disconnected"].bool == true)
            let late = Chat(directives: "\(Self.figures); delay=3000").body
            let all = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(late, key: half.secret))
                socket.finishSending()
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(all.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(all.prefix(200))")
            #expect(all.contains("Hello from the simulated upstream."))
            let served = try await relay.receipts(half.account).first
            #expect(served?["client_disconnected"].bool == false)
            try await relay.expectBalanced(half)
        }

        @Test("a drain ends at its bound, and what was delivered is charged by an estimate")
        func boundedDrain() async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")], billing: ["drain": "{ seconds: 1, streams: 10 }"]
            ) { relay in
                let customer = try await relay.customer()
                let chat = Chat(directives: "never-end; chunk-delay=20; chunk-bytes=16", isStream: true)
                try await leave(relay, customer, chat, after: "\"content\":\"sim")
                let receipt = try await receipt(relay, customer)
                #expect(receipt["state"].string == "settled")
                #expect(receipt["usage"]["source"].string == "estimated")
                #expect(receipt["attempts"][0]["outcome"].string == "cancelled")
                #expect(receipt["client_disconnected"].bool == true)
                #expect(receipt["credits"]["charged"].credits ?? .zero > .zero)
                try await relay.expectBalanced(customer)
                try await eventually("the upstream is let go") { try await simulator.counts()["in_flight"].int == 0 ? true : nil }
            }
        }

        @Test(
            "with on_disconnect: cancel the upstream is let go at once; with waive too, nothing is charged",
            arguments: ["estimate", "waive"])
        func cancelled(unreported: String) async throws {
            let simulator = try EndToEnd.simulator
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")],
                billing: ["on_disconnect": "cancel", "unreported_usage": unreported]
            ) { relay in
                let customer = try await relay.customer()
                let chat = Chat(directives: "chunks=600; chunk-delay=100", isStream: true, maxTokens: 900)
                try await leave(relay, customer, chat, after: "\"content\":\"sim")
                // The whole stream would take a minute.
                try await eventually("the upstream is let go", withinSeconds: 30) {
                    try await simulator.counts()["in_flight"].int == 0 ? true : nil
                }
                let receipt = try await receipt(relay, customer)
                #expect(receipt["state"].string == "settled")
                #expect(receipt["attempts"][0]["outcome"].string == "cancelled")
                #expect(receipt["client_disconnected"].bool == true)
                #expect(receipt["usage"]["source"].string == (unreported == "waive" ? "none" : "estimated"))
                #expect((receipt["credits"]["charged"].credits ?? .zero > .zero) == (unreported == "estimate"))
                try await relay.expectBalanced(customer)
                try await relay.expectReconciled()
            }
        }
    }
}

/// A request on a connection that is kept between two blocking calls.
private final class SentRequest: @unchecked Sendable {
    // Used by one thread at a time: each call is awaited before the next.
    private let socket: RawSocket

    init(port: Int, text: String) throws {
        socket = try RawSocket(port: port)
        try socket.send(text)
    }

    func read(until mark: String) throws {
        var bytes: [UInt8] = []
        let mark = Array(mark.utf8)
        while bytes.firstRange(of: mark) == nil {
            let part = try socket.receive()
            guard !part.isEmpty else { throw TestFailure("the stream ended early: \(String(decoding: bytes, as: UTF8.self))") }
            bytes += part
        }
    }

    func leave() { socket.reset() }
}
