import Testing

@testable import RelayDomain

@Suite struct TrustedProxiesTests {
    private let proxies = TrustedProxies(["10.0.0.0/8", "127.0.0.1", "fd00::/8"].compactMap(Network.init))

    private func client(_ peer: String, _ forwarded: String...) throws -> String? {
        proxies.client(of: try #require(NetworkAddress(peer)), forwarded: forwarded)?.description
    }

    @Test("who is no proxy is believed nothing")
    func stranger() throws {
        #expect(try client("192.0.2.1", "198.51.100.7") == "192.0.2.1")
        let address = try #require(NetworkAddress("127.0.0.1"))
        #expect(TrustedProxies().client(of: address, forwarded: ["198.51.100.7"]) == address)
    }

    @Test("the first from the right that is no proxy is the client, whatever it says further left")
    func walk() throws {
        #expect(try client("10.1.1.1", "198.51.100.7") == "198.51.100.7")
        #expect(try client("10.1.1.1", "203.0.113.9, 198.51.100.7") == "198.51.100.7")
        #expect(try client("10.1.1.1", "203.0.113.9, 198.51.100.7,10.2.2.2 , 127.0.0.1") == "198.51.100.7")
        #expect(try client("10.1.1.1", "127.0.0.1, 198.51.100.7, 10.2.2.2") == "198.51.100.7")
        #expect(try client("::ffff:10.1.1.1", "198.51.100.7") == "198.51.100.7")
    }

    @Test("several headers are one list")
    func severalHeaders() throws {
        #expect(try client("10.1.1.1", "203.0.113.9", "198.51.100.7") == "198.51.100.7")
        #expect(try client("10.1.1.1", "203.0.113.9, 198.51.100.7", "10.2.2.2", "10.3.3.3, 127.0.0.1") == "198.51.100.7")
    }

    @Test("where all are proxies, or nothing was said, it is the farthest of them")
    func allProxies() throws {
        #expect(try client("10.1.1.1") == "10.1.1.1")
        #expect(try client("10.1.1.1", "10.2.2.2, 10.3.3.3") == "10.2.2.2")
    }

    @Test(
        "where it cannot be read, nobody knows who the client is",
        arguments: [
            "", " ", ",", "unknown", "_hidden", "1.2.3", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:70000", "1.2.3.4:+80", "1.2.3.4:80:80", "[::1",
            "[::1]x", "[::1]:", "[1.2.3.4]:80", "::1]", "fe80::1%eth0", "\"198.51.100.7\"", "198.51.100.7 203.0.113.9", "for=198.51.100.7",
            ":80", "[]",
        ])
    func malformed(entry: String) throws {
        #expect(try client("10.1.1.1", entry) == nil)
        #expect(try client("10.1.1.1", "198.51.100.7, \(entry), 10.2.2.2") == nil)
        // What stands to the left of the client is only its own word.
        #expect(try client("10.1.1.1", "\(entry), 198.51.100.7") == "198.51.100.7")
    }

    @Test(
        "ports and version 6 are read",
        arguments: [
            ("198.51.100.7:1234", "198.51.100.7"), ("198.51.100.7:0", "198.51.100.7"), ("[2001:db8::1]:1234", "2001:db8:0:0:0:0:0:1"),
            ("[2001:db8::1]", "2001:db8:0:0:0:0:0:1"), ("2001:db8::1", "2001:db8:0:0:0:0:0:1"), ("::ffff:198.51.100.7", "198.51.100.7"),
            ("198.51.100.7, [fd00::1]:80, 10.2.2.2:443", "198.51.100.7"), ("\t198.51.100.7 ", "198.51.100.7"),
        ])
    func forms(value: String, address: String) throws {
        #expect(try client("10.1.1.1", value) == address)
    }

    @Test("a connection is encrypted where the nearest trusted proxy says so, and nobody else's word counts")
    func scheme() throws {
        func isSecure(_ peer: String, _ forwarded: String...) throws -> Bool {
            proxies.saysTLS(try #require(NetworkAddress(peer)), forwarded: forwarded)
        }
        for forwarded in ["https", "HTTPS", "http, https", "\thttps "] { #expect(try isSecure("10.1.1.1", forwarded), "\(forwarded)") }
        #expect(try isSecure("10.1.1.1", "http", "https"))
        for forwarded in ["", "http", "https, http", "https,", "wss", "httpsx"] {
            #expect(try !isSecure("10.1.1.1", forwarded), "\(forwarded)")
        }
        #expect(try !isSecure("10.1.1.1"))
        #expect(try !isSecure("192.0.2.1", "https"))
    }
}
