import Foundation
import RelayDomain
import Testing

extension EndToEnd {
    /// Requests that two programs on the way might read as different ones. Each is refused, and its connection with it.
    @Suite("Request smuggling")
    struct SmugglingTests {
        /// A request that must not be let in, and what it is answered with.
        struct Entry: Sendable, CustomTestStringConvertible {
            let name: String
            /// `KEY` stands for a customer's key.
            let request: String
            let status: Int

            init(_ name: String, _ request: String, _ status: Int = 400) {
                self.name = name
                self.request = request
                self.status = status
            }

            var testDescription: String { name }
        }

        private static let body = Chat(directives: "prompt=10; cached=0; completion=5").body
        private static let length = "Content-Length: \(body.utf8.count)\r\n"
        private static let chunked = "Transfer-Encoding: chunked\r\n"
        private static let chunks = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"

        /// The same without the line that ends them. To Swift, a line's end is one character.
        private static let chunksOpen = chunks.dropLast()

        /// A whole, well-formed call but for what a test puts into it.
        private static func post(
            line: String = "POST /v1/chat/completions HTTP/1.1\r\n", host: String = "Host: relay\r\n", _ fields: String = length,
            _ content: String = body
        ) -> String {
            line + host + "Authorization: Bearer KEY\r\n" + fields + "\r\n" + content
        }

        static let entries: [Entry] = [
            // Lengths.
            Entry("two lengths", post(length + "Content-Length: 0\r\n")),
            Entry("the same length twice", post(length + length)),
            Entry("a list of lengths", post("Content-Length: \(body.utf8.count), \(body.utf8.count)\r\n")),
            Entry("a length and chunks", post(length + chunked, chunks)),
            Entry("chunks and a length", post(chunked + length, chunks)),
            Entry("a negative length", post("Content-Length: -1\r\n")),
            Entry("a signed length", post("Content-Length: +\(body.utf8.count)\r\n")),
            Entry("a hexadecimal length", post("Content-Length: 0x\(String(body.utf8.count, radix: 16))\r\n")),
            Entry("a length with an exponent", post("Content-Length: 1e2\r\n")),
            Entry("a length of 20 digits", post("Content-Length: 000000000000000000\(body.utf8.count)\r\n")),
            Entry("a length beyond 64 bits", post("Content-Length: 18446744073709551716\r\n")),
            Entry("an empty length", post("Content-Length:\r\n")),
            Entry("a length with a blank", post("Content-Length: 1 1\r\n")),
            // Codings.
            Entry("another coding", post("Transfer-Encoding: gzip\r\n", chunks)),
            Entry("identity", post("Transfer-Encoding: identity\r\n" + length)),
            Entry("chunked last of two", post("Transfer-Encoding: gzip, chunked\r\n", chunks)),
            Entry("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", chunks)),
            Entry("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", chunks)),
            Entry("two codings", post(chunked + chunked, chunks)),
            Entry("two codings, one unknown", post(chunked + "Transfer-Encoding: x\r\n", chunks)),
            Entry("a coding with a parameter", post("Transfer-Encoding: chunked;a=b\r\n", chunks)),
            Entry("a coding in quotes", post("Transfer-Encoding: \"chunked\"\r\n", chunks)),
            Entry("a coding with a vertical tab", post("Transfer-Encoding:\u{B}chunked\r\n", chunks)),
            Entry("chunks in HTTP/1.0", post(line: "POST /v1/chat/completions HTTP/1.0\r\n", chunked, chunks)),
            // Lines.
            Entry("a bare LF behind the request line", post(line: "POST /v1/chat/completions HTTP/1.1\n")),
            Entry("a bare LF behind a header", post("X-A: b\n" + length)),
            Entry("a bare LF at the end of the head", post("X-A: b\r\n" + length + "\n", "")),
            Entry("a bare CR in a header", post("X-A: b\rTransfer-Encoding: chunked\r\n" + length)),
            Entry("a header over two lines", post("X-A: b\r\n " + length)),
            Entry("a coding over two lines", post("Transfer-Encoding:\r\n chunked\r\n", chunks)),
            Entry("a header that begins with a blank", post(host: " Host: relay\r\n")),
            Entry("a NUL in a value", post("X-A: b\u{0}c\r\n" + length)),
            Entry("a control character in a value", post("X-A: b\u{1}c\r\n" + length)),
            Entry("a DEL in a value", post("X-A: b\u{7F}c\r\n" + length)),
            Entry("a NUL in a name", post("X\u{0}A: b\r\n" + length)),
            Entry("a blank in a name", post("X A: b\r\n" + length)),
            Entry("a blank before the colon", post("Transfer-Encoding : chunked\r\n", chunks)),
            Entry("a tab before the colon", post("Content-Length\t: \(body.utf8.count)\r\n")),
            Entry("no name", post(": b\r\n" + length)),
            Entry("no colon", post("X-A\r\n" + length)),
            Entry("a letter beyond ASCII in a name", post("X-Ä: b\r\n" + length)),
            // Hosts and targets.
            Entry("no host", post(host: "")),
            Entry("two hosts", post(host: "Host: relay\r\nHost: other\r\n")),
            Entry("the same host twice", post(host: "Host: relay\r\nHost: relay\r\n")),
            Entry("a host with a user", post(host: "Host: user@relay\r\n")),
            Entry("a request line with tabs", post(line: "POST\t/v1/chat/completions\tHTTP/1.1\r\n")),
            Entry("a request line with two blanks", post(line: "POST  /v1/chat/completions HTTP/1.1\r\n")),
            Entry("a request line with a blank behind it", post(line: "POST /v1/chat/completions HTTP/1.1 \r\n")),
            Entry("a target with a blank", post(line: "POST /v1/chat completions HTTP/1.1\r\n")),
            Entry("a target with a NUL", post(line: "POST /v1/chat/completions\u{0} HTTP/1.1\r\n")),
            Entry("no version", post(line: "POST /v1/chat/completions\r\n")),
            Entry("HTTP/0.9", post(line: "POST /v1/chat/completions HTTP/0.9\r\n")),
            Entry("HTTP/2.0", post(line: "POST /v1/chat/completions HTTP/2.0\r\n")),
            Entry("HTTP/1.10", post(line: "POST /v1/chat/completions HTTP/1.10\r\n")),
            Entry("http/1.1", post(line: "POST /v1/chat/completions http/1.1\r\n")),
            // Chunks.
            Entry("a chunk without a size", post(chunked, "\r\n\(chunks)")),
            Entry("a chunk of a negative size", post(chunked, "-1\r\n\(chunks)")),
            Entry("a chunk of a signed size", post(chunked, "+\(chunks)")),
            Entry("a chunk's size with 0x", post(chunked, "0x\(chunks)")),
            Entry("a blank before a chunk's size", post(chunked, " \(chunks)")),
            Entry("a blank behind a chunk's size", post(chunked, chunks.replacing("\r\n", with: " \r\n", maxReplacements: 1))),
            Entry("a bare LF behind a chunk's size", post(chunked, chunks.replacing("\r\n", with: "\n", maxReplacements: 1))),
            Entry("a bare LF in an extension", post(chunked, chunks.replacing("\r\n", with: ";a\nb\r\n", maxReplacements: 1))),
            Entry("a bare LF behind a chunk", post(chunked, chunks.replacing("}\r\n", with: "}\n"))),
            Entry("nothing behind a chunk", post(chunked, chunks.replacing("}\r\n", with: "}"))),
            Entry("a chunk of 2^63 bytes", post(chunked, "8000000000000000\r\n\(body)")),
            Entry("a chunk of 2^64 bytes and a few", post(chunked, "1000000000000000\(chunks)")),
            Entry("a chunk's size of 17 digits", post(chunked, "000000000000000\(chunks)")),
            Entry("an extension without end", post(chunked, "1;\(String(repeating: "a", count: 70_000))"), 431),
            Entry("many extensions", post(chunked, String(repeating: "1;\(String(repeating: "a", count: 900))\r\n \r\n", count: 90)), 431),
            Entry(
                "large trailers",
                post(chunked, chunksOpen + String(repeating: "X-A: \(String(repeating: "b", count: 900))\r\n", count: 90)), 431),
            Entry("a trailer with a blank before its colon", post(chunked, chunksOpen + "X-A : b\r\n\r\n")),
            Entry("a large head", post("X-A: \(String(repeating: "b", count: 70_000))\r\n" + length), 431),
        ]

        @Test("is refused, and nothing behind it is read as a request", arguments: entries)
        func refused(entry: Entry) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let before = try await EndToEnd.simulator.chatRequests()
            let port = relay.configuration.publicPort
            // What would be answered 200, if it were read.
            let second = "GET /v1/plans HTTP/1.1\r\nHost: relay\r\n\r\n"
            for isSplit in [false, true] {
                let bytes = Array(entry.request.replacing("KEY", with: customer.secret).utf8)
                let text = try await blocking {
                    let socket = try RawSocket(port: port)
                    if isSplit {
                        // The relay may close before all of it was sent.
                        for part in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] { try? socket.send(Array(part)) }
                        try? socket.send(second)
                    } else {
                        try? socket.send(bytes + Array(second.utf8))
                    }
                    return String(decoding: try socket.receiveAll(), as: UTF8.self)
                }
                #expect(text.hasPrefix("HTTP/1.1 \(entry.status) "), "\(entry.name): \(text)")
                #expect(text.ranges(of: #/HTTP/1\.1 [0-9]{3} /#).count == 1, "\(entry.name): \(text)")
                #expect(text.contains("connection: close\r\n"), "\(entry.name): \(text)")
                #expect(text.contains(entry.status == 400 ? "\"invalid_request\"" : "\"headers_too_large\""), "\(entry.name): \(text)")
            }
            #expect(try await EndToEnd.simulator.chatRequests() == before, "\(entry.name) reached the upstream")
            #expect(try await relay.receipts(customer.account).isEmpty)
        }

        @Test("what looks odd and is right is served, and so is what follows it")
        func served() async throws {
            let relay = try EndToEnd.relay
            let port = relay.configuration.publicPort
            let extended = Self.chunks.replacing("\r\n", with: ";a=\"b\"\r\n", maxReplacements: 1)
            for request in [
                Self.post(), Self.post(Self.chunked, Self.chunks), Self.post("transfer-ENCODING:\t chunked \r\n", Self.chunks),
                Self.post(Self.chunked, extended), Self.post(Self.chunked, Self.chunksOpen + "X-Trailer: y\r\n\r\n"),
                "\r\n" + Self.post("Content-Length:  00\(Self.body.utf8.count) \r\nX-A: \u{FC}\r\nX-B:\r\n"),
                Self.post(line: "POST http://other.example/v1/chat/completions HTTP/1.1\r\n"),
                Self.post(line: "POST http://other.example/v1/chat/completions?x HTTP/1.1\r\n", host: "Host:\r\n"),
            ] {
                let customer = try await relay.customer()
                let answers = try await blocking {
                    let socket = try RawSocket(port: port)
                    let second = "GET http://x?y HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n"
                    try socket.send(request.replacing("KEY", with: customer.secret) + second)
                    return String(decoding: try socket.receiveAll(), as: UTF8.self)
                }
                #expect(
                    answers.ranges(of: "HTTP/1.1 200 ").count == 2 && answers.contains("independent third-party gateway"),
                    "\(request): \(answers)")
                #expect(try await relay.receipts(customer.account).count == 1)
                try await relay.expectBalanced(customer)
            }
        }

        @Test("an answer that is under way is not cut off by what comes behind its request")
        func behindGood() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let port = relay.configuration.publicPort
            let chat = Chat(directives: "prompt=10; cached=0; completion=5; delay=300", isStream: true)
            let text = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(
                    RawRequest.chat(chat.body, key: customer.secret) + "GET / HTTP/1.1\r\n\r\nGET /v1/plans HTTP/1.1\r\nHost: r\r\n\r\n")
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(text.hasPrefix("HTTP/1.1 200") && text.contains("data: [DONE]"), "\(text)")
            #expect(text.components(separatedBy: "HTTP/1.1 200").count == 2, "\(text)")
            try await relay.expectBalanced(customer)
        }
    }
}
