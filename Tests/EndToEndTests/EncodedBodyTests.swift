import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Bodies that come compressed.
    @Suite("Encoded bodies")
    struct EncodedBodyTests {
        private static let chat = Chat(directives: "prompt=10; cached=0; completion=5")
        private static let price = Credits(15)

        static let encodings: [String] = ["gzip", "zstd"]

        private static func encode(_ text: String, _ encoding: String) -> [UInt8] {
            encoding == "gzip" ? Compression.gzip(Array(text.utf8)) : Compression.zstd(Array(text.utf8))
        }

        private func post(_ body: [UInt8], _ encoding: String, key: String, headers: String = "") async throws -> Answer {
            let port = try EndToEnd.relay.configuration.publicPort
            return try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(
                    Array(RawRequest.head(bytes: body.count, key: key, headers: "content-encoding: \(encoding)\r\n" + headers).utf8) + body)
                return try socket.response().answer
            }
        }

        @Test("a small body is relayed decoded, in any case of its coding's name", arguments: ["gzip", "GZip", "zstd", "ZSTD", "identity"])
        func small(encoding: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            try await EndToEnd.simulator.reset()
            let name = encoding.lowercased()
            let body = name == "identity" ? Array(Self.chat.body.utf8) : Self.encode(Self.chat.body, name)
            let answer = try await post(body, encoding, key: customer.secret)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.charged == Self.price)
            let seen = try await EndToEnd.simulator.requests()
            #expect(seen.count == 1)
            #expect(!seen[0].text.contains("content-encoding"), "\(seen[0].text)")
            try await relay.expectBalanced(customer)
        }

        @Test("a large body is decoded apart from the event loop, streams included", arguments: encodings)
        func large(encoding: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(plan: "large")
            var random = SeededGenerator()
            var chat = Chat(directives: "prompt=1000; cached=0; completion=5", isStream: true)
            chat.text = String(decoding: (0..<3_000_000).map { _ in UInt8.random(in: 97...122, using: &random) }, as: UTF8.self)
            let answer = try await post(Self.encode(chat.body, encoding), encoding, key: customer.secret)
            #expect(answer.status == 200 && answer.isDone, "\(answer.text.prefix(500))")
            #expect(answer.charged == Credits(1_005))
            try await relay.expectBalanced(customer)
        }

        @Test("a bomb is a 413, small as it is, and the relay serves on", arguments: encodings)
        func bomb(encoding: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let bytes = [UInt8](repeating: 0x20, count: 300 << 20)
            let bomb = encoding == "gzip" ? Compression.gzip(bytes) : Compression.zstd(bytes)
            let before = relay.child.residentBytes
            for _ in 0..<8 {
                let answer = try await post(bomb, encoding, key: customer.secret)
                #expect(answer.status == 413 && answer.errorCode == "request_too_large", "\(answer.text)")
            }
            #expect(relay.child.residentBytes - before < 300 << 20)
            #expect(try await relay.chat(Self.chat, customer).status == 200)
            try await relay.expectBalanced(customer)
        }

        @Test("what is not what it says is a 400, at any size", arguments: encodings)
        func malformed(encoding: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            try await EndToEnd.simulator.reset()
            var random = SeededGenerator()
            var large = Self.chat
            large.text = String(decoding: (0..<200_000).map { _ in UInt8.random(in: 97...122, using: &random) }, as: UTF8.self)
            for body in [Self.chat.body, large.body] {
                let good = Self.encode(body, encoding)
                for bad in [Array(body.utf8), Array(good.dropLast()), Array(good.dropLast(good.count / 2)), good + [0], []] {
                    let answer = try await post(bad, encoding, key: customer.secret)
                    #expect(answer.status == 400 && answer.errorCode == "invalid_request", "\(bad.count): \(answer.text)")
                }
            }
            #expect(try await EndToEnd.simulator.chatRequests() == 0)
            try await relay.expectBalanced(customer)
        }

        @Test("other codings, and more than one, are a 415 that names those that are taken", arguments: ["br", "deflate", "gzip, zstd"])
        func unsupported(encoding: String) async throws {
            let customer = try await EndToEnd.relay.customer()
            let answer = try await post(Array(Self.chat.body.utf8), encoding, key: customer.secret)
            #expect(answer.status == 415 && answer.errorCode == "unsupported_media_type")
            #expect(answer.json["error"]["message"].string?.contains("gzip, zstd") == true)
            #expect(answer.header("accept-encoding") == "gzip, zstd")
        }

        @Test("of a request that is repeated in another coding, the decoded body counts")
        func idempotency() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let headers = "idempotency-key: encoded\r\n"
            let first = try await post(Self.encode(Self.chat.body, "gzip"), "gzip", key: customer.secret, headers: headers)
            let second = try await post(Self.encode(Self.chat.body, "zstd"), "zstd", key: customer.secret, headers: headers)
            #expect(first.status == 200 && second.status == 200, "\(second.text)")
            #expect(second.header("x-nexrelay-replayed") == "true")
            let wallet = try await relay.idleWallet(customer.account)
            #expect(wallet["credits"].credits == customer.recharged - Self.price)
        }
    }
}
