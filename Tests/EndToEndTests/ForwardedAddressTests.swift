import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Clients behind a proxy, and clients that say that they were.
    @Suite("Forwarded addresses")
    struct ForwardedAddressTests {
        private static func serving(
            _ settings: [String: String], limits: [String: String] = [:], _ body: (RelayProcess, Customer) async throws -> Void
        ) async throws {
            let baseURL = try EndToEnd.simulator.baseURL
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: baseURL, models: "[gpt-5.2]")], limits: limits, configure: { $0.publicSettings = settings }
            ) { relay in
                try await body(relay, try await relay.customer(keyPolicy: ["networks": ["198.51.100.0/24", "2001:db8::/32"]]))
            }
        }

        private func expect(
            _ status: Int, _ forwarded: [String], _ relay: RelayProcess, _ customer: Customer,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let headers = HTTPHeaders(forwarded.map { ("x-forwarded-for", $0) })
            let answer = try await relay.chat(Chat(), customer, headers: headers)
            #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
            #expect(status == 200 || answer.errorCode == "ip_not_allowed", sourceLocation: sourceLocation)
        }

        @Test("a proxy that is trusted is believed, as far as it can know")
        func trusted() async throws {
            try await Self.serving(["trusted_proxies": "[10.0.0.0/8, 127.0.0.1/32]"]) { relay, customer in
                try await expect(200, ["198.51.100.7"], relay, customer)
                try await expect(200, ["[2001:db8::1]:1234"], relay, customer)
                try await expect(200, ["203.0.113.9", "198.51.100.7:80, 10.1.1.1"], relay, customer)
                try await expect(403, ["198.51.100.7, 203.0.113.9"], relay, customer)
                try await expect(403, ["198.51.100.7, unknown"], relay, customer)
                try await expect(403, [], relay, customer)
                try await relay.expectBalanced(customer)
            }
        }

        @Test("nobody is trusted who is not named")
        func untrusted() async throws {
            for settings in [[:], ["trusted_proxies": "[]"], ["trusted_proxies": "[10.0.0.0/8]"]] {
                try await Self.serving(settings) { relay, customer in
                    try await expect(403, ["198.51.100.7"], relay, customer)
                }
            }
        }

        @Test("a proxy may have more connections than one address", arguments: [true, false])
        func connections(isTrusted: Bool) async throws {
            let settings = isTrusted ? ["trusted_proxies": "[127.0.0.0/8]"] : [:]
            try await Self.serving(settings, limits: ["address_connections": "3"]) { relay, _ in
                let port = relay.configuration.publicPort
                let answered = try await blocking {
                    let sockets = try (0..<8).map { _ in try RawSocket(port: port) }
                    return sockets.count { socket in
                        (try? socket.send("GET /v1/plans HTTP/1.1\r\nhost: relay\r\n\r\n")) != nil && (try? socket.response().status) == 200
                    }
                }
                #expect(isTrusted ? answered == 8 : answered <= 3, "\(answered)")
            }
        }
    }
}
