import NIOHTTP1
import Testing

extension EndToEnd {
    /// What people see of the relay, through the public listener.
    @Suite("Pages")
    struct PageTests {
        @Test("everybody reads them, on the relay's own figures, and nothing of upstreams shows")
        func pages() async throws {
            let relay = try EndToEnd.relay
            let upstream = try EndToEnd.simulator.baseURL
            for path in ["/", "/docs", "/status", "/favicon.svg", "/robots.txt"] {
                let answer = try await HTTP.send(.GET, relay.url + path)
                #expect(answer.status == 200 && answer.header("x-content-type-options") == "nosniff", "\(path)")
                #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'") ?? (path == "/robots.txt"), "\(path)")
                #expect(answer.header("access-control-allow-origin") == nil, "\(path)")
                for text in ["sk-upstream", upstream] { #expect(!answer.text.contains(text), "\(path)") }
            }
            let front = try await HTTP.send(.GET, relay.url + "/?input=1000&output=1&cached_read=1&model=odd-prices").text
            // 1000 x 0.123457 + 3.7777 + 0.0311, rounded up once.
            #expect(front.contains("id=\"calculator-credits\">127.266</span>") && front.contains("$0.123457"))
            #expect(
                try await HTTP.send(.GET, relay.url + "/status").text.contains("<th scope=\"row\">gpt-5.2</th><td class=\"state good\">"))
            let nothing = try await HTTP.send(.GET, relay.url + "/nothing")
            #expect(nothing.status == 404 && nothing.text.contains("<main id=\"content\">"))
        }

        @Test("what a proxy passed on that nobody trusts is not taken for somebody on this machine")
        func passedOn() async throws {
            let relay = try EndToEnd.relay
            for (name, status) in [
                ("accept", 200), ("nexrelay-passed-on", 200), ("x-real-ip", 403), ("x-forwarded-for", 403), ("x-forwarded-proto", 403),
                ("via", 403),
            ] {
                #expect(try await HTTP.send(.GET, relay.url + "/login", headers: [name: "127.0.0.1"]).status == status, "\(name)")
            }
        }

        private func docs(_ relay: RelayProcess, _ head: String) async throws -> String {
            let port = relay.configuration.publicPort
            let response = try await blocking { try RawSocket(port: port).exchange("GET /docs HTTP/1.1\r\n\(head)\r\n\r\n") }
            return String(decoding: response.body, as: UTF8.self)
        }

        @Test("the documentation names the address by which it was called, and repeats no other word of a client")
        func address() async throws {
            let relay = try EndToEnd.relay
            let own = "127.0.0.1:\(relay.configuration.publicPort)"
            #expect(try await docs(relay, "Host: \(own)").contains("<code>http://\(own)/v1</code>"))
            // Nobody is trusted here.
            #expect(try await docs(relay, "Host: a.example\r\nX-Forwarded-Proto: https").contains("<code>http://a.example/v1</code>"))
            for host in ["a\"onload=x", "'$(id)'", "<script>alert(1)</script>", "a.example/x", "user@a.example"] {
                let html = try await docs(relay, "Host: \(host)")
                #expect(!html.contains(host), "\(host)")
            }
        }

        @Test("a browser finds nothing wrong with any of them, in light, in the dark and on a phone, with and without scripts")
        func browser() async throws {
            let relay = try EndToEnd.relay
            let result = try await ClientScript.run("pages.py", [relay.url], in: .browser, folder: relay.folderPath)
            #expect(result["faults"].items.isEmpty, "\(result["faults"].text)")
            #expect(result["seen"].items.count == 15)
            let text = #"[["1,000,001.5","$1.00"],["–","–"],["2,308,974,418,329.6","$2,308,974.4183"],["125,000","$0.1250"]]"#
            let expected = try JSON(text)
            for kind in ["script", "no script"] { #expect(result["calculated"][kind] == expected, "\(result["calculated"].text)") }
        }

        @Test("behind a trusted proxy the address is that of the proxy's clients")
        func proxied() async throws {
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            try await RelayProcess.serving([upstream], configure: { $0.publicSettings = ["trusted_proxies": "[127.0.0.0/8]"] }) { relay in
                let encrypted = try await docs(relay, "Host: a.example\r\nX-Forwarded-Proto: https")
                #expect(encrypted.contains("<code>https://a.example/v1</code>"))
                let plain = try await docs(relay, "Host: a.example")
                #expect(plain.contains("<code>http://a.example/v1</code>"))
            }
        }
    }
}

extension RawSocket {
    fileprivate func exchange(_ request: String) throws -> RawResponse {
        try send(request)
        return try response()
    }
}
