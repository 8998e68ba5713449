import NIOHTTP1
import Testing

extension EndToEnd {
    /// What the upstream receives.
    @Suite("Relayed requests")
    struct RelayedRequestTests {
        /// Legal and unusual: white space, escapes, number forms, unknown members, members that only look like the relay's.
        private static func oddBody(model: String, maxTokens: String, members: String = "") -> String {
            #"""
            { "messages" : [ {"role":"user", "content":"caf\u00e9 \"model\":\"x\" \/ 🙂 \ud83d\ude42 \t"} ],
              "temperature": 0.70, "seed":12345678901234567890, "logit_bias":{"50256": -1E+2},"model" :"\#(model)" ,
              "metadata":{"model":"inner","stream":true,"max_tokens":1,"max_tokens":2}, "x":[1, 2.50,  null, [[]]],
              "max_tokens":\#(maxTokens)\#(members), "stop":["\n"]
            }
            """#
        }

        private func relayed(_ body: String, headers: HTTPHeaders = [:]) async throws -> (answer: Answer, received: JSON) {
            let simulator = try EndToEnd.simulator
            let customer = try await EndToEnd.relay.customer()
            try await simulator.reset()
            let answer = try await EndToEnd.relay.post(body, customer, headers: headers)
            let requests = try await simulator.requests().filter { $0["path"].string?.hasSuffix("/chat/completions") == true }
            #expect(requests.count == 1)
            return (answer, requests.first ?? .null)
        }

        @Test("a body that needs no change arrives byte for byte")
        func unchanged() async throws {
            let body = Self.oddBody(model: "gpt-5.2", maxTokens: "64")
            let (answer, received) = try await relayed(body)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(received["body"].string == body)
            #expect(received["path"].string == "/v1/chat/completions")
            #expect(received["method"].string == "POST")
        }

        @Test("model, output limit and include_usage are changed in place, relay-only members removed, and nothing else")
        func changed() async throws {
            let body = Self.oddBody(model: "alias", maxTokens: "5000", members: #","stream": true,"models":["alias"]"#)
            let (answer, received) = try await relayed(body)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.header("x-nexrelay-max-output-tokens") == "1000")
            let text = try #require(received["body"].string)
            let sent = try JSON(text)
            #expect(sent["stream_options"] == ["include_usage": true])
            #expect(sent["models"].isNull && !sent.keys.contains("models"))
            let option = #""stream_options":{"include_usage":true}"#
            let withoutOption =
                ["," + option, option + ",", ", " + option].first { text.contains($0) }.map { text.replacing($0, with: "") } ?? text
            let expected = Self.oddBody(model: "gpt-5.2-real-name", maxTokens: "1000", members: #","stream": true"#)
            #expect(withoutOption == expected)
        }

        @Test(
            "stream options that the client has set are kept beside include_usage",
            arguments: [#"{"include_usage":false}"#, #"{"x":1}"#, "null", "{}"])
        func streamOptions(options: String) async throws {
            let body =
                #"{"model":"gpt-5.2","stream":true,"max_tokens":9,"stream_options":\#(options),"messages":[{"role":"user","content":"x"}]}"#
            let (answer, received) = try await relayed(body)
            #expect(answer.isDone)
            #expect(!answer.events.contains { $0.contains(#""choices":[]"#) })
            let sent = try JSON(try #require(received["body"].string))
            #expect(sent["stream_options"]["include_usage"].bool == true)
            #expect(sent["stream_options"]["x"] == (try JSON(options))["x"])
        }

        @Test("where the client named no output limit, the upstream is given one")
        func limitInserted() async throws {
            let (answer, received) = try await relayed(Chat(maxTokens: nil).body)
            #expect(answer.header("x-nexrelay-max-output-tokens") == "1000")
            let sent = try JSON(received["body"].string ?? "")
            #expect(sent["max_completion_tokens"].int == 1_000)
        }

        @Test("the customer's key, cookies and trace never reach the upstream, whose own key does")
        func headers() async throws {
            let (answer, received) = try await relayed(
                Chat().body,
                headers: [
                    "cookie": "session=secret", "x-forwarded-for": "10.1.2.3", "x-forwarded-proto": "https", "forwarded": "for=10.1.2.3",
                    "accept-encoding": "gzip, br", "openai-organization": "org-customer", "openai-project": "proj-customer",
                    "x-stainless-retry-count": "1", "x-simulate": "status=500", "x-custom": "customer", "te": "trailers",
                ])
            #expect(answer.status == 200, "\(answer.text)")
            let receipt = try await EndToEnd.relay.receipt(answer.requestID ?? "")
            #expect(receipt["client_retry_count"].int == 1)
            let fields = received["headers"].items.map { ($0["name"].string?.lowercased() ?? "", $0["value"].string ?? "") }
            #expect(fields.filter { $0.0 == "authorization" }.map(\.1) == ["Bearer \(RelayConfiguration.Upstream.key)"])
            #expect(fields.filter { $0.0 == "accept-encoding" }.allSatisfy { $0.1 == "identity" })
            #expect(fields.filter { $0.0 == "content-length" }.map(\.1) == ["\(Chat().body.utf8.count)"])
            let names = Set(fields.map(\.0))
            let unwanted: Set = [
                "cookie", "x-forwarded-for", "x-forwarded-proto", "forwarded", "openai-organization", "openai-project", "x-simulate",
                "x-custom",
                "te", "x-stainless-retry-count", "x-request-id",
            ]
            #expect(names.isDisjoint(with: unwanted), "\(names.intersection(unwanted))")
            #expect(!fields.contains { $0.1.contains("nxr_") })
        }
    }
}
