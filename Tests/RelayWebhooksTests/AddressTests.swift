import NIOCore
import RelayDomain
import RelayTestKit
import RelayWebhooks
import Testing

/// Where a message goes is looked at when a connection is made.
@Suite struct AddressTests {
    private func outcome(
        _ url: String, _ rule: AddressRule = .publicAlone, resolver: (any HostResolver)? = nil, milliseconds: Int64? = nil
    ) async throws -> DeliveryOutcome {
        try await Fixture.sender(rule, resolver: resolver, milliseconds: milliseconds).send(Fixture.message(url))
    }

    @Test("a name that leads to the loopback is refused, unless that is allowed")
    func loopback() async throws {
        let receiver = try await Receiver(Receiver.status(200))
        // By the system's own resolver.
        #expect(try await outcome(receiver.url(host: "localhost")) == .failed(.address))
        #expect(receiver.connections.made == 0)
        #expect(try await outcome(receiver.url(host: "localhost"), .any) == .answered(status: 200))
        #expect(receiver.requests.first?.header("host") == "localhost:\(receiver.port)")
        try await receiver.close()
    }

    @Test(
        "an address that is not public is refused in every form",
        arguments: [
            "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::1]", "0.0.0.0", "[::]", "169.254.169.254",
        ])
    func literals(host: String) async throws {
        let receiver = try await Receiver(Receiver.status(200))
        #expect(try await outcome(receiver.url(host: host)) == .failed(.address))
        #expect(receiver.connections.made == 0)
        try await receiver.close()
    }

    @Test("names are looked up once, and what they lead to then is what is connected to")
    func once() async throws {
        let receiver = try await Receiver(Receiver.status(200))
        let resolver = FixedResolver(["127.0.0.1"])
        #expect(try await outcome(receiver.url(host: "hooks.example"), .any, resolver: resolver) == .answered(status: 200))
        #expect(resolver.count == 1 && receiver.requests.count == 1)
        try await receiver.close()
    }

    @Test("of several addresses only those that are allowed are tried, one after another")
    func several() async throws {
        let receiver = try await Receiver(Receiver.status(200))
        let mixed = FixedResolver(["127.0.0.1", "10.0.0.1", "fd00::1"])
        #expect(try await outcome(receiver.url(host: "hooks.example"), resolver: mixed) == .failed(.address))
        #expect(receiver.connections.made == 0)
        // Nobody listens on the first.
        let second = FixedResolver(["127.0.0.2", "127.0.0.1"])
        #expect(try await outcome(receiver.url(host: "hooks.example"), .any, resolver: second) == .answered(status: 200))
        try await receiver.close()
    }

    @Test("an unknown name is said to be one")
    func unknown() async throws {
        #expect(try await outcome("http://hooks.example/", .any, resolver: FixedResolver([])) == .failed(.name))
        #expect(try await outcome("http://nobody.invalid/", .any) == .failed(.name))
    }

    @Test("a name's server that hangs costs no more than the time of an attempt")
    func hanging() async throws {
        let resolver = FixedResolver { _ in nil }
        #expect(try await outcome("http://hooks.example/", .any, resolver: resolver, milliseconds: 100) == .failed(.timeout))
    }
}
