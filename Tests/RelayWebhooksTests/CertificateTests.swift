import NIOSSL
import RelayDomain
import RelayTestKit
import Testing

@testable import RelayWebhooks

@Suite struct CertificateTests {
    private func outcome(
        names: String, host: String, trusts: Bool = true
    ) async throws -> (outcome: DeliveryOutcome, receiver: Receiver) {
        let authority = try TestAuthority(names)
        let receiver = try await Receiver(Receiver.status(200), tls: authority.server)
        let sender = try Fixture.sender(resolver: FixedResolver(["127.0.0.1"]), trust: trusts ? authority.roots : nil)
        let outcome = await sender.send(try Fixture.message(receiver.url("https", host: host)))
        try await receiver.close()
        return (outcome, receiver)
    }

    @Test("a certificate is held against the name, whatever address it leads to")
    func name() async throws {
        let (outcome, receiver) = try await outcome(names: "DNS:hooks.example", host: "hooks.example")
        #expect(outcome == .answered(status: 200))
        #expect(receiver.requests.count == 1)
    }

    @Test("a certificate of somebody unknown is refused, and nothing is sent")
    func unknown() async throws {
        let (outcome, receiver) = try await outcome(names: "DNS:hooks.example", host: "hooks.example", trusts: false)
        #expect(outcome == .failed(.tls))
        #expect(receiver.requests.isEmpty)
    }

    @Test("a certificate of another name is refused, also where it has the address")
    func otherName() async throws {
        let (outcome, receiver) = try await outcome(names: "DNS:other.example,IP:127.0.0.1", host: "hooks.example")
        #expect(outcome == .failed(.tls))
        #expect(receiver.requests.isEmpty)
    }

    @Test("a name of a certificate stands for itself, and a star for one label")
    func names() {
        for (name, host, isMatch) in [
            ("example.com", "example.com", true), ("Example.COM", "example.com", true), ("*.example.com", "a.example.com", true),
            ("example.com", "a.example.com", false), ("*.example.com", "example.com", false), ("*.example.com", "a.b.example.com", false),
            ("*.com", "example.com", false), ("*", "localhost", false), ("a*.example.com", "ab.example.com", false),
            ("*.*.com", "a.b.com", false), ("example.com\0.evil.com", "example.com", false), ("example.com.", "example.com", false),
        ] {
            #expect(CertificateName(Array(name.utf8)).matches(host) == isMatch, "\(name) \(host)")
        }
    }

    @Test("where the host is an address, the certificate must have it")
    func address() async throws {
        #expect(try await outcome(names: "IP:127.0.0.1", host: "127.0.0.1").outcome == .answered(status: 200))
        let (outcome, receiver) = try await outcome(names: "DNS:hooks.example,IP:127.0.0.2", host: "127.0.0.1")
        #expect(outcome == .failed(.tls))
        #expect(receiver.requests.isEmpty)
    }

    @Test("who does not speak TLS is refused")
    func plain() async throws {
        let receiver = try await Receiver(.leaves("HTTP/1.1 200 OK\r\n\r\n"))
        let outcome = try await Fixture.sender().send(Fixture.message(receiver.url("https")))
        #expect(outcome == .failed(.tls) || outcome == .failed(.closed))
        #expect(receiver.requests.isEmpty)
        try await receiver.close()
    }
}
