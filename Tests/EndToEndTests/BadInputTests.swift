import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Requests that no client of good will sends. Each gets the contract's answer, costs nothing, leaves no hold, and the relay serves on.
    @Suite("Bad input")
    struct BadInputTests {
        /// Sends bytes on a connection of their own and reads one response.
        private func exchange(_ bytes: [UInt8]) async throws -> Answer {
            let port = try EndToEnd.relay.configuration.publicPort
            return try await blocking {
                let socket = try RawSocket(port: port)
                // A refusal may come, and the connection close, before all is sent.
                try? socket.send(bytes)
                return try socket.response().answer
            }
        }

        private func exchange(_ text: String) async throws -> Answer { try await exchange(Array(text.utf8)) }

        /// - Parameter request: is given a valid key.
        private func expectRefusal(
            _ status: Int, _ code: String, param: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
            _ request: (String) async throws -> Answer
        ) async throws {
            let relay = try EndToEnd.relay
            let simulator = try EndToEnd.simulator
            let customer = try await relay.customer(plan: "large")
            let before = try await simulator.chatRequests()
            let answer = try await request(customer.secret)
            #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
            #expect(answer.errorCode == code, sourceLocation: sourceLocation)
            let error = answer.json["error"]
            #expect(error.keys == ["message", "type", "param", "code"], sourceLocation: sourceLocation)
            #expect(error["message"].string?.isEmpty == false, sourceLocation: sourceLocation)
            if let param { #expect(error["param"].string == param, sourceLocation: sourceLocation) }
            let id = answer.requestID ?? "none"
            #expect(id.hasPrefix("req_"), sourceLocation: sourceLocation)
            let lines = relay.child.errors.split(separator: "\n").filter { $0.contains(id) }
            #expect(lines.count == 1, "a refusal is logged once: \(lines)", sourceLocation: sourceLocation)
            #expect(try await simulator.chatRequests() == before, sourceLocation: sourceLocation)
            let wallet = try await relay.wallet(customer.account)
            #expect(wallet["credits"].credits == customer.recharged, sourceLocation: sourceLocation)
            #expect(wallet["held_credits"].credits == .zero, sourceLocation: sourceLocation)
            #expect(try await relay.receipts(customer.account).isEmpty, sourceLocation: sourceLocation)
            #expect(try await relay.chat(Chat(), customer).status == 200, "the relay no longer serves", sourceLocation: sourceLocation)
        }

        // MARK: Bodies

        struct Body: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let bytes: [UInt8]
            let code: String
            let param: String?

            init(_ description: String, _ text: String, _ code: String = "invalid_json", param: String? = nil) {
                self.init(description, Array(text.utf8), code, param: param)
            }

            init(_ description: String, _ bytes: [UInt8], _ code: String = "invalid_json", param: String? = nil) {
                testDescription = description
                self.bytes = bytes
                self.code = code
                self.param = param
            }
        }

        private static let messages = #""messages":[{"role":"user","content":"x"}]"#
        private static let depth = 100_000

        static let bodies: [Body] = [
            Body("empty", ""),
            Body("not JSON", "model=gpt-5.2"),
            Body("malformed", #"{"model":,\#(messages)}"#),
            Body("truncated", String(Chat().body.dropLast(3))),
            Body("something behind it", Chat().body + "{}"),
            Body("an array", "[\(Chat().body)]"),
            Body("single quotes", #"{'model':'gpt-5.2',\#(messages)}"#),
            Body("a trailing comma", #"{"model":"gpt-5.2",\#(messages),}"#),
            Body("a bare control character", #"{"model":"gpt-5.2","x":"\#u{1}",\#(messages)}"#),
            Body(
                "deep nesting",
                #"{"model":"gpt-5.2","x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + ",\(messages)}"),
            Body("deep nesting without an end", #"{"x":"# + String(repeating: #"{"a":"#, count: depth)),
            Body("invalid UTF-8", Array(#"{"model":"gpt-5.2","x":""#.utf8) + [0xC3, 0x28] + Array(#"",\#(messages)}"#.utf8)),
            Body(
                "a lone surrogate as bytes",
                Array(#"{"model":"gpt-5.2","x":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#"",\#(messages)}"#.utf8)),
            Body("model twice", #"{"model":"gpt-5.2","model":"alias",\#(messages)}"#, "invalid_request", param: "model"),
            Body(
                "max_tokens twice", #"{"model":"gpt-5.2","max_tokens":1,"max_tokens":900,\#(messages)}"#, "invalid_request",
                param: "max_tokens"),
            Body(
                "a repeated key in disguise", #"{"model":"gpt-5.2","max_tokens":1,"max\u005ftokens":900,\#(messages)}"#, "invalid_request",
                param: "max_tokens"),
            Body("stream twice", #"{"model":"gpt-5.2","stream":true,"stream":false,\#(messages)}"#, "invalid_request", param: "stream"),
            Body("a limit beyond numbers", #"{"model":"gpt-5.2","max_tokens":1e999,\#(messages)}"#, "invalid_request", param: "max_tokens"),
            Body(
                "a limit of zero", #"{"model":"gpt-5.2","max_completion_tokens":0,\#(messages)}"#, "invalid_request",
                param: "max_completion_tokens"),
            Body("a negative limit", #"{"model":"gpt-5.2","max_tokens":-5,\#(messages)}"#, "invalid_request", param: "max_tokens"),
            Body("half a token", #"{"model":"gpt-5.2","max_tokens":2.5,\#(messages)}"#, "invalid_request", param: "max_tokens"),
            Body("a limit as text", #"{"model":"gpt-5.2","max_tokens":"5",\#(messages)}"#, "invalid_request", param: "max_tokens"),
            Body("no choices", #"{"model":"gpt-5.2","n":0,\#(messages)}"#, "invalid_request", param: "n"),
            Body("too many choices", #"{"model":"gpt-5.2","n":129,\#(messages)}"#, "invalid_request", param: "n"),
            Body("a model that is a number", #"{"model":5,\#(messages)}"#, "invalid_request", param: "model"),
            Body("no messages", #"{"model":"gpt-5.2"}"#, "invalid_request", param: "messages"),
            Body("empty messages", #"{"model":"gpt-5.2","messages":[]}"#, "invalid_request", param: "messages"),
            Body("stream as text", #"{"model":"gpt-5.2","stream":"yes",\#(messages)}"#, "invalid_request", param: "stream"),
        ]

        @Test("a body that cannot be relayed is a 400 that says why", arguments: bodies)
        func body(_ body: Body) async throws {
            try await expectRefusal(400, body.code, param: body.param) { key in
                try await exchange(Array(RawRequest.head(bytes: body.bytes.count, key: key).utf8) + body.bytes)
            }
        }

        @Test("a huge number where none matters passes, and a huge output limit is cut to the plan's")
        func hugeNumbers() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let body =
                #"{"model":"gpt-5.2","seed":\#(String(repeating: "9", count: 400)),"max_tokens":99999999999999999999999999,\#(Self.messages)}"#
            let answer = try await relay.post(body, customer)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.header("x-nexrelay-max-output-tokens") == "1000")
            try await relay.expectBalanced(customer)
        }

        @Test("a body of 30 MB is answered, whether its length is announced or not", arguments: [false, true])
        func largeBody(isChunked: Bool) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer(plan: "large")
            let body = Self.body(megabytes: 30)
            let answer = isChunked ? try await exchange(chunked(body, key: customer.secret)) : try await relay.post(body, customer)
            #expect(answer.status == 200, "\(answer.text.prefix(500))")
            #expect(answer.charged == Credits(1_005))
            try await relay.expectBalanced(customer)
        }

        @Test("a body above the limit is a 413, announced or not", arguments: [false, true])
        func tooLarge(isChunked: Bool) async throws {
            let body = Self.body(megabytes: 35)
            try await expectRefusal(413, "request_too_large") { key in
                try await exchange(isChunked ? chunked(body, key: key) : Array(RawRequest.chat(body, key: key).utf8))
            }
        }

        private static func body(megabytes: Int) -> String {
            let text = String(repeating: "0123456789", count: megabytes * 100_000)
            return #"{"model":"gpt-5.2","max_tokens":64,"messages":[{"role":"user","content":"\#(text)"},"#
                + #"{"role":"user","content":"[[simulate prompt=1000; cached=0; completion=5]]"}]}"#
        }

        private func chunked(_ body: String, key: String) -> [UInt8] {
            var bytes = Array(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: relay\r\ntransfer-encoding: chunked\r\nauthorization: Bearer \(key)\r\n\r\n"
                    .utf8)
            let all = Array(body.utf8)
            for start in stride(from: 0, to: all.count, by: 1 << 20) {
                let part = all[start..<min(start + 1 << 20, all.count)]
                bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
            }
            return bytes + Array("0\r\n\r\n".utf8)
        }

        // MARK: Keys

        @Test("without a valid key there is a 401, and nobody asks the ledger for one that is mistyped")
        func keys() async throws {
            let body = Chat().body
            try await expectRefusal(401, "invalid_api_key") { _ in try await exchange(RawRequest.chat(body, key: nil)) }
            for wrong in [
                "", "sk-12345", "nxr_", "nxr_" + String(repeating: "a", count: 60), "nxr_\u{1F600}", String(repeating: "x", count: 5_000),
            ] {
                try await expectRefusal(401, "invalid_api_key") { _ in try await exchange(RawRequest.chat(body, key: wrong)) }
            }
            try await expectRefusal(401, "invalid_api_key") { key in
                var flipped = Array(key)
                let index = flipped.count / 2
                flipped[index] = flipped[index] == "a" ? "b" : "a"
                return try await exchange(RawRequest.chat(body, key: String(flipped)))
            }
            try await expectRefusal(401, "invalid_api_key") { key in
                try await exchange(RawRequest.chat(body, key: nil, headers: "authorization: Basic \(key)\r\n"))
            }
            try await expectRefusal(401, "invalid_api_key") { key in
                try await exchange(RawRequest.chat(body, key: key, headers: "authorization: Bearer \(key)\r\n"))
            }
        }

        @Test("a revoked key is refused from the next request on, and a suspended account may still read its wallet")
        func revokedAndSuspended() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            #expect(try await relay.chat(Chat(), customer).status == 200)
            _ = try await relay.adminJSON(.POST, "accounts/\(customer.account)/suspend", ["reason": "test"])
            let suspended = try await relay.chat(Chat(), customer)
            #expect(suspended.status == 403)
            #expect(suspended.errorCode == "account_suspended")
            #expect(try await relay.get("/v1/wallet", customer).status == 200)
            _ = try await relay.adminJSON(.POST, "accounts/\(customer.account)/resume")
            #expect(try await relay.chat(Chat(), customer).status == 200)
            _ = try await relay.adminJSON(.POST, "keys/\(customer.keyID)/revoke")
            let revoked = try await relay.chat(Chat(), customer)
            #expect(revoked.status == 401)
            #expect(revoked.errorCode == "invalid_api_key")
            #expect(try await relay.get("/v1/wallet", customer).status == 401)
            #expect(try await relay.receipts(customer.account).count == 2)
            try await relay.expectBalanced(customer)
        }

        // MARK: Heads

        @Test("an unknown model is a 404, and an unknown coding of the body a 415")
        func modelAndEncoding() async throws {
            try await expectRefusal(404, "model_not_found", param: "model") { key in
                try await exchange(RawRequest.chat(Chat(model: "gpt-0").body, key: key))
            }
            for encoding in ["br", "deflate"] {
                try await expectRefusal(415, "unsupported_media_type") { key in
                    try await exchange(RawRequest.chat(Chat().body, key: key, headers: "content-encoding: \(encoding)\r\n"))
                }
            }
        }

        @Test("a head that is too large is a 431, one header or many, and a target that is too long a 414")
        func largeHeads() async throws {
            try await expectRefusal(431, "headers_too_large") { key in
                try await exchange(RawRequest.chat(Chat().body, key: key, headers: "x-large: \(String(repeating: "x", count: 80_000))\r\n"))
            }
            let many = (0..<3_000).map { "x-header-\($0): \(String(repeating: "x", count: 20))\r\n" }.joined()
            try await expectRefusal(431, "headers_too_large") { key in
                try await exchange(RawRequest.chat(Chat().body, key: key, headers: many))
            }
            let target = "/v1/chat/completions?x=" + String(repeating: "x", count: 10_000)
            try await expectRefusal(414, "uri_too_long") { key in try await exchange(RawRequest.chat(Chat().body, key: key, target: target))
            }
        }

        @Test(
            "what is not HTTP is a 400 and a closed connection",
            arguments: [
                "EHLO relay\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}\r\n\r\n", "GET\r\n\r\n",
                "POST /v1/chat/completions HTTP/1.1\r\nhost: relay\r\ncontent-length: ten\r\n\r\n",
                "POST /v1/chat/completions HTTP/1.1\r\nhost: relay\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/chat/completions HTTP/1.1\r\nhost: relay\r\nbad header\r\n\r\n",
            ])
        func notHTTP(text: String) async throws {
            try await expectRefusal(400, "invalid_request") { _ in try await exchange(text) }
        }

        @Test("wrong methods and unknown paths have the contract's words")
        func methodsAndPaths() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let method = try await relay.get("/v1/chat/completions", customer)
            #expect(method.status == 405)
            #expect(method.errorCode == "method_not_allowed")
            #expect(method.header("allow")?.contains("POST") == true)
            let path = try await relay.get("/v1/nothing-here", customer)
            #expect(path.status == 404)
            #expect(path.errorCode == "not_found")
            #expect(path.requestID?.hasPrefix("req_") == true)
            #expect(try await relay.get("/nothing-here", customer).status == 404)
            #expect(try await HTTP.send(.GET, relay.adminURL + "/admin/v1/accounts").status == 401)
            #expect(try await HTTP.send(.GET, relay.url + "/admin/v1/accounts").status == 404)
        }
    }
}
