import RelayDomain
import RelayGateway
import Testing

@testable import nexrelay

@Suite struct PublicSettingsTests {
    private func settings(_ publicSection: String, _ variables: [String: String] = [:]) throws -> PublicSettings {
        try SettingsFixture.load("public: \(publicSection)\n" + SettingsFixture.upstream, variables).publicListener
    }

    @Test("another certificate needs no restart, but TLS at all does, and so does all else")
    func restarts() throws {
        let plain = try settings("{ port: 1 }")
        let first = try settings("{ port: 1, tls: { certificate: a.pem, key: a.key } }")
        let second = try settings("{ port: 1, tls: { certificate: b.pem, key: b.key } }")
        #expect(!first.needsRestart(for: second) && !plain.needsRestart(for: plain))
        #expect(plain.needsRestart(for: first) && first.needsRestart(for: plain))
        let others = ["port: 2", "host: 127.0.0.2, port: 1", "port: 1, trusted_proxies: [10.0.0.1]", "port: 1, cors_origins: []"]
        for other in others { #expect(plain.needsRestart(for: try settings("{ \(other) }")), "\(other)") }
        #expect(first.url() == "https://127.0.0.1:1" && plain.url(port: 7) == "http://127.0.0.1:7")
        #expect(try settings("{ host: \"::1\" }").url() == "http://[::1]:8080")
    }

    @Test("pages of any origin may call by default, and otherwise exactly those that are named")
    func origins() throws {
        #expect(try settings("{ port: 1 }").crossOrigin == .any)
        #expect(try settings("{ cors_origins: [\"*\"] }").crossOrigin == .any)
        #expect(try settings("{ cors_origins: [] }").crossOrigin == .only([]))
        let two: Set = ["https://app.example.com", "http://localhost:3000"]
        #expect(try settings("{ cors_origins: [https://app.example.com, \"http://localhost:3000\"] }").crossOrigin == .only(two))
        for wrong in ["[\"*\", https://a.example]", "[https://a.example/]", "[a.example]", "[https://A.example]", "[null]", "\"*\""] {
            #expect(SettingsFixture.faults("public: { cors_origins: \(wrong) }\n" + SettingsFixture.upstream).count == 1, "\(wrong)")
        }
    }

    @Test("trusted proxies are networks, none by default")
    func trustedProxies() throws {
        #expect(try settings("{ port: 1 }").trustedProxies.networks.isEmpty)
        #expect(try settings("{ trusted_proxies: [] }").trustedProxies.networks.isEmpty)
        #expect(
            try settings("{ trusted_proxies: [10.0.0.0/8, \"fd00::/8\", 127.0.0.1] }").trustedProxies.networks.map(\.description)
                == ["10.0.0.0/8", "fd00::/8", "127.0.0.1"])
        let environment = ["NEXRELAY_PUBLIC_TRUSTED_PROXIES": "10.0.0.0/8, ::1"]
        #expect(
            try settings("{ trusted_proxies: [192.0.2.1] }", environment).trustedProxies.networks.map(\.description) == [
                "10.0.0.0/8", "::1",
            ])
        for wrong in ["[10.0.0.0/33]", "[proxy]", "10.0.0.0/8", "[[10.0.0.0/8]]", "[1.2.3.4, x]"] {
            #expect(SettingsFixture.faults("public: { trusted_proxies: \(wrong) }\n" + SettingsFixture.upstream).count == 1, "\(wrong)")
        }
        #expect(SettingsFixture.faults(SettingsFixture.upstream, ["NEXRELAY_PUBLIC_TRUSTED_PROXIES": "10.0.0.0/8,x"]).count == 1)
    }
}
