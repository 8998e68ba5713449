import Testing

@testable import RelayDomain

@Suite struct NetworkTests {
    @Test(
        "An address is read and written",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::", "0:0:0:0:0:0:0:0"),
            ("::1", "0:0:0:0:0:0:0:1"), ("2001:DB8::8:0", "2001:db8:0:0:0:0:8:0"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1::", "1:0:0:0:0:0:0:0"), ("64:ff9b::192.0.2.33", "64:ff9b:0:0:0:0:c000:221"),
        ])
    func addresses(text: String, written: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.description == written)
        #expect(NetworkAddress(written) == address)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", ":", ":::", "1:", ":1", "1::2::3", "12345::",
            "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "+1::", "::1.2.3", "1.2.3.4::", "[::1]", "fe80::1%eth0",
        ])
    func noAddress(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false), ("192.0.2.77/24", "192.0.2.1", true), ("0.0.0.0/0", "255.1.2.3", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "10.0.0.1", true),
            ("2001:db8::/32", "2001:db8:9::", true),
            ("2001:db8::/32", "2001:db9::", false), ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/32", "10.0.0.1", false),
        ])
    func networks(network: String, address: String, isInside: Bool) throws {
        #expect(try #require(Network(network)).contains(try #require(NetworkAddress(address))) == isInside)
    }

    @Test(
        "What is no network is none",
        arguments: ["", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/8/8", "10.0.0.0/+8", "x/8"])
    func noNetwork(text: String) { #expect(Network(text) == nil) }
}
