import Foundation
import RelayDomain
import Testing

extension EndToEnd {
    /// Forms of HTTP that are rare and must be served, and clients that are too slow to be.
    @Suite("Connections")
    struct ConnectionTests {
        private static let chat = Chat(directives: "prompt=10; cached=0; completion=5")
        private static let price = Credits(15)

        private func socket<Value: Sendable>(_ body: @escaping @Sendable (RawSocket) throws -> Value) async throws -> Value {
            let port = try EndToEnd.relay.configuration.publicPort
            return try await blocking { try body(RawSocket(port: port)) }
        }

        private func expectBilled(_ customer: Customer, times: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let relay = try EndToEnd.relay
            let receipts = try await relay.receipts(customer.account)
            #expect(receipts.count == times, sourceLocation: sourceLocation)
            #expect(receipts.allSatisfy { $0["credits"]["charged"].credits == Self.price }, sourceLocation: sourceLocation)
            try await relay.expectBalanced(customer, sourceLocation: sourceLocation)
        }

        @Test("HTTP/1.0 is served, plain and streamed, and the connection closes")
        func http10() async throws {
            let customer = try await EndToEnd.relay.customer()
            for isStream in [false, true] {
                var chat = Self.chat
                chat.isStream = isStream
                let answer = try await socket { [chat] socket in
                    try socket.send(RawRequest.chat(chat.body, key: customer.secret, version: "HTTP/1.0"))
                    var parser = RawResponseParser(isToHead: false)
                    parser.bytes = try socket.receiveAll()
                    return try parser.parse()?.0 ?? parser.finish()
                }
                #expect(answer.status == 200)
                #expect(answer.header("transfer-encoding") == nil)
                #expect(answer.isWhole)
                #expect(answer.answer.isStream == isStream)
                #expect(!isStream || answer.answer.isDone)
            }
            try await expectBilled(customer, times: 2)
        }

        @Test(
            "a target in absolute form is served",
            arguments: ["http://relay.example/v1/chat/completions", "HTTP://x:80/v1/chat/completions?a=b"])
        func absoluteForm(target: String) async throws {
            let customer = try await EndToEnd.relay.customer()
            let answer = try await socket { socket in
                try socket.send(RawRequest.chat(Self.chat.body, key: customer.secret, target: target))
                return try socket.response()
            }
            #expect(answer.status == 200, "\(answer.text)")
            try await expectBilled(customer, times: 1)
        }

        @Test("HEAD has the headers of GET and no body, and the connection goes on")
        func head() async throws {
            let customer = try await EndToEnd.relay.customer()
            let (first, second) = try await socket { socket in
                try socket.send("HEAD /v1/models HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer \(customer.secret)\r\n\r\n")
                let first = try socket.response(toHead: true)
                try socket.send(RawRequest.chat(Self.chat.body, key: customer.secret))
                return (first, try socket.response())
            }
            #expect(first.status == 200)
            #expect(first.header("x-request-id") != nil)
            #expect(second.status == 200)
            try await expectBilled(customer, times: 1)
        }

        @Test("pipelined requests are answered in their order, each billed once")
        func pipelined() async throws {
            let customer = try await EndToEnd.relay.customer()
            let names = ["first", "second", "third"]
            let answers = try await socket { socket in
                let requests = names.enumerated().map { index, name in
                    // The first is the slowest: an order that is kept by chance would show.
                    RawRequest.chat(
                        Chat(directives: "prompt=10; cached=0; completion=5; delay=\(300 - index * 150); content=\(name)").body,
                        key: customer.secret)
                }
                try socket.send(requests.joined())
                return try names.map { _ in try socket.response() }
            }
            #expect(answers.map { $0.answer.content } == names)
            #expect(Set(answers.compactMap { $0.header("x-request-id") }).count == 3)
            try await expectBilled(customer, times: 3)
        }

        @Test("a client that has finished sending still gets its answer", arguments: [false, true])
        func halfClosed(isStream: Bool) async throws {
            let customer = try await EndToEnd.relay.customer()
            var chat = Self.chat
            chat.isStream = isStream
            let answer = try await socket { [chat] socket in
                try socket.send(RawRequest.chat(chat.body, key: customer.secret))
                socket.finishSending()
                return try socket.response().answer
            }
            #expect(answer.status == 200)
            #expect(answer.isWhole)
            #expect(!isStream || answer.isDone)
            let receipt = try await EndToEnd.relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["client_disconnected"].bool == false)
            try await expectBilled(customer, times: 1)
        }

        @Test("Expect: 100-continue is answered before the body comes, unless the request is refused by its head")
        func expectContinue() async throws {
            let customer = try await EndToEnd.relay.customer()
            let (interim, final) = try await socket { socket in
                let body = Self.chat.body
                try socket.send(RawRequest.head(bytes: body.utf8.count, key: customer.secret, headers: "expect: 100-continue\r\n"))
                let interim = try socket.response()
                try socket.send(body)
                return (interim, try socket.response())
            }
            #expect(interim.status == 100)
            #expect(final.status == 200)
            let refused = try await socket { socket in
                try socket.send(RawRequest.head(bytes: 1_000, key: "nxr_wrong", headers: "expect: 100-continue\r\n"))
                return try socket.response()
            }
            #expect(refused.status == 401)
            try await expectBilled(customer, times: 1)
        }

        @Test("one byte at a time is served like any other request")
        func trickledRequest() async throws {
            let customer = try await EndToEnd.relay.customer()
            let answer = try await socket { socket in
                for byte in RawRequest.chat(Self.chat.body, key: customer.secret).utf8 { try socket.send([byte]) }
                return try socket.response()
            }
            #expect(answer.status == 200, "\(answer.text)")
            try await expectBilled(customer, times: 1)
        }

        @Test(
            "a client that does not finish its head or its body is dropped",
            arguments: ["P", "POST /v1/chat/completions HTTP/1.1\r\nhost: re", nil])
        func tooSlow(beginning: String?) async throws {
            let customer = try await EndToEnd.relay.customer()
            // Without a beginning of its own: a whole head, and a part of its body.
            let text = beginning ?? RawRequest.head(bytes: 100, key: customer.secret) + "{\"model\""
            // Reads until the relay closes. It fails when that does not come at all.
            let rest = try await socket { socket in
                try socket.send(text)
                return try socket.receiveAll()
            }
            #expect(rest.isEmpty || String(decoding: rest, as: UTF8.self).hasPrefix("HTTP/1.1 408"))
            try await expectBilled(customer, times: 0)
            #expect(try await EndToEnd.relay.chat(Self.chat, customer).status == 200)
        }

        @Test(
            "a connection without a request lives on for longer than a head may take, however its last request came in",
            arguments: [true, false])
        func idleConnection(isSplit: Bool) async throws {
            let customer = try await EndToEnd.relay.customer()
            let statuses = try await socket { socket in
                try (0..<2).map { turn in
                    // The shared relay gives a head two seconds, and a connection 75.
                    if turn == 1 { Thread.sleep(forTimeInterval: 3) }
                    let body = Self.chat.body
                    try socket.send(RawRequest.head(bytes: body.utf8.count, key: customer.secret) + (isSplit ? "" : body))
                    if isSplit {
                        Thread.sleep(forTimeInterval: 0.1)
                        try socket.send(body)
                    }
                    return try socket.response().status
                }
            }
            #expect(statuses == [200, 200])
            try await expectBilled(customer, times: 2)
        }

        @Test("a head that keeps trickling is dropped all the same")
        func trickledHead() async throws {
            let isDropped = try await socket { socket in
                try socket.send("POST /v1/chat/completions HTTP/1.1\r\n")
                // Far longer than the two seconds that the shared relay gives a head.
                for _ in 0..<200 {
                    do { try socket.send("x-more: y\r\n") } catch { return true }
                    Thread.sleep(forTimeInterval: 0.1)
                }
                return false
            }
            #expect(isDropped)
        }
    }
}
