import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Pages of other origins, as browsers ask for them.
    @Suite("Cross-origin calls")
    struct CrossOriginTests {
        private static let origin = "https://app.example.com"
        private static let preflight: HTTPHeaders = [
            "origin": origin, "access-control-request-method": "POST",
            "access-control-request-headers": "authorization, content-type,x-stainless-os",
        ]

        private func expectAllowed(_ answer: Answer, _ value: String? = "*", sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(answer.header("access-control-allow-origin") == value, sourceLocation: sourceLocation)
            #expect(answer.headers["access-control-allow-origin"]?.count ?? 0 <= 1, sourceLocation: sourceLocation)
            #expect(answer.header("access-control-allow-credentials") == nil, sourceLocation: sourceLocation)
            let exposed = answer.header("access-control-expose-headers")
            #expect((exposed == nil) == (value == nil), sourceLocation: sourceLocation)
            if let exposed {
                for name in [
                    "x-request-id", "x-ratelimit-remaining-requests", "x-nexrelay-credits-charged", "retry-after", "x-should-retry",
                ] {
                    #expect(exposed.contains(name), sourceLocation: sourceLocation)
                }
            }
        }

        @Test("every kind of answer may be read by any page, where a page asked")
        func answers() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let page: HTTPHeaders = ["origin": Self.origin]
            for headers in [page, [:]] {
                let value = headers.isEmpty ? nil : "*"
                let chat = Chat(directives: "prompt=10; cached=0; completion=5")
                expectAllowed(try await relay.chat(chat, customer, headers: headers), value)
                var stream = chat
                stream.isStream = true
                expectAllowed(try await relay.chat(stream, customer, headers: headers), value)
                let refused = try await relay.chat(Chat(model: "gpt-0"), customer, headers: headers)
                #expect(refused.status == 404)
                expectAllowed(refused, value)
                for path in ["/v1/models", "/v1/plans", "/v1/nothing", "/openapi.json"] {
                    let answer = try await HTTP.send(.GET, relay.url + path, headers: headers)
                    expectAllowed(answer, value)
                    #expect(answer.header("vary") == nil)
                }
            }
            // Pages of the relay itself are nobody else's to read.
            expectAllowed(try await HTTP.send(.GET, relay.url + "/", headers: page), nil)
            try await relay.expectBalanced(customer)
        }

        @Test(
            "a preflight is answered without a key, on any path of the API",
            arguments: ["/v1/chat/completions", "/v1/nothing", "/openapi.json"])
        func preflight(path: String) async throws {
            let answer = try await HTTP.send(.OPTIONS, try EndToEnd.relay.url + path, headers: Self.preflight)
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty && answer.header("content-length") == nil && answer.header("transfer-encoding") == nil)
            expectAllowed(answer)
            #expect(answer.header("access-control-allow-methods")?.contains("POST") == true)
            #expect(answer.header("access-control-allow-headers") == "authorization, content-type,x-stainless-os")
            #expect(answer.header("access-control-max-age").flatMap { Int($0) } ?? 0 > 0)
            #expect(answer.requestID?.hasPrefix("req_") == true)
        }

        @Test(
            "headers that are not repeated as they were asked for are answered with those that are usual",
            arguments: ["", " ", "a b", "a,,b", "x-ok, bad\"name", "x: y", String(repeating: "x", count: 1_025)])
        func requestedHeaders(requested: String) async throws {
            var headers = Self.preflight
            headers.replaceOrAdd(name: "access-control-request-headers", value: requested)
            let answer = try await HTTP.send(.OPTIONS, try EndToEnd.relay.url + "/v1/models", headers: headers)
            #expect(answer.status == 204)
            #expect(answer.header("access-control-allow-headers")?.hasPrefix("authorization, content-type, idempotency-key") == true)
        }

        @Test("where origins are named, others may not, and caches are told that it matters")
        func named() async throws {
            let baseURL = try EndToEnd.simulator.baseURL
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: baseURL, models: "[gpt-5.2]")
            try await RelayProcess.serving(
                [upstream], configure: { $0.publicSettings = ["cors_origins": "[\(Self.origin), \"http://localhost:3000\"]"] }
            ) { relay in
                for (origin, value) in [
                    (Self.origin, Self.origin), ("http://localhost:3000", "http://localhost:3000"), ("https://evil.example", nil),
                    ("null", nil), (nil, nil),
                ] as [(String?, String?)] {
                    let headers = HTTPHeaders(origin.map { [("origin", $0)] } ?? [])
                    let answer = try await HTTP.send(.GET, relay.url + "/v1/plans", headers: headers)
                    #expect(answer.status == 200 && answer.header("vary") == "origin")
                    expectAllowed(answer, value)
                    var preflight = headers
                    preflight.add(name: "access-control-request-method", value: "POST")
                    let options = try await HTTP.send(.OPTIONS, relay.url + "/v1/chat/completions", headers: preflight)
                    #expect(options.status == 204)
                    #expect((options.header("access-control-allow-methods") == nil) == (value == nil))
                    expectAllowed(options, value)
                }
            }
            try await RelayProcess.serving([upstream], configure: { $0.publicSettings = ["cors_origins": "[]"] }) { relay in
                let answer = try await HTTP.send(.GET, relay.url + "/v1/plans", headers: ["origin": Self.origin])
                expectAllowed(answer, nil)
                #expect(answer.header("vary") == nil)
            }
        }
    }
}
