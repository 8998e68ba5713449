import RelayDomain
import Testing

@Suite struct WebhookURLTests {
    private func read(_ text: String, allowsHTTP: Bool = false) -> WebhookURL? { try? WebhookURL(text, allowsHTTP: allowsHTTP) }

    private func fault(_ text: String, allowsHTTP: Bool = false) -> WebhookURL.Fault? {
        do throws(WebhookURL.Fault) {
            _ = try WebhookURL(text, allowsHTTP: allowsHTTP)
            return nil
        } catch {
            return error
        }
    }

    @Test("a URL is taken apart")
    func parts() throws {
        let url = try WebhookURL("HTTPS://Hooks.Example.COM:8443/a/b%20c?d=e&f=/g", allowsHTTP: false)
        #expect(url.isTLS && url.host == "hooks.example.com" && url.port == 8_443)
        #expect(url.target == "/a/b%20c?d=e&f=/g")
        #expect(url.authority == "hooks.example.com:8443")
        #expect(url.address == nil)
    }

    @Test("what is left out is the scheme's own")
    func defaults() throws {
        let bare = try WebhookURL("https://example.com", allowsHTTP: false)
        #expect(bare.port == 443 && bare.target == "/" && bare.authority == "example.com")
        #expect(try WebhookURL("https://example.com:443/x", allowsHTTP: false).authority == "example.com")
        let plain = try WebhookURL("http://example.com?x", allowsHTTP: true)
        #expect(!plain.isTLS && plain.port == 80 && plain.target == "/?x" && plain.authority == "example.com")
    }

    @Test("addresses are hosts, those of version 6 in brackets")
    func addresses() throws {
        let four = try WebhookURL("https://192.0.2.1:1/", allowsHTTP: false)
        #expect(four.host == "192.0.2.1" && four.address == NetworkAddress("192.0.2.1"))
        let six = try WebhookURL("https://[2001:DB8::1]:65535/", allowsHTTP: false)
        #expect(six.host == "2001:db8::1" && six.port == 65_535 && six.authority == "[2001:db8::1]:65535")
        #expect(try WebhookURL("https://[::1]", allowsHTTP: false).authority == "[::1]")
    }

    @Test("http is refused but where it is allowed, and any other scheme always")
    func schemes() {
        #expect(fault("http://example.com/") == .scheme)
        #expect(read("http://example.com/", allowsHTTP: true) != nil)
        for text in [
            "ftp://example.com/", "example.com", "//example.com/", "https:example.com", "https:/example.com", "", "file:///etc/passwd",
        ] {
            #expect(fault(text, allowsHTTP: true) == .scheme, "\(text)")
        }
    }

    @Test(
        "what a URL must not hold is refused",
        arguments: [
            ("https://user@example.com/", WebhookURL.Fault.userInfo), ("https://u:p@example.com/", .userInfo),
            ("https://example.com@127.0.0.1/", .userInfo), ("https://@example.com/", .userInfo), ("https://example.com/#a", .fragment),
            ("https://example.com#@127.0.0.1/", .fragment), ("https://example.com/a b", .characters),
            ("https://example.com/\r\nx: y", .characters), ("https://example.com\\@127.0.0.1/", .characters),
            ("https://exämple.com/", .characters), ("https://example.com/\u{7F}", .characters), ("https://example.com/\t", .characters),
            ("https:///x", .host), ("https://:443/", .host), ("https://./", .host), ("https://a..b/", .host), ("https://-/", .host),
            ("https://ex*mple.com/", .host), ("https://example.com./", .host), ("https://[::1", .host),
            ("https://[fe80::1%25eth0]/", .host),
            ("https://[127.0.0.1]/", .host), ("https://[]/", .host), ("https://::1/", .host), ("https://%31%32%37.0.0.1/", .host),
            ("https://example.com:/", .port), ("https://example.com:0/", .port), ("https://example.com:65536/", .port),
            ("https://example.com:+80/", .port), ("https://example.com:8o/", .port), ("https://[::1]443/", .port),
            ("https://[::1]x:443/", .port),
        ])
    func faults(text: String, expected: WebhookURL.Fault) {
        #expect(fault(text) == expected, "\(text)")
    }

    @Test(
        "what some readers take for an address of version 4 is neither name nor address",
        arguments: [
            "2130706433", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.01", "1.2.3.4.5", "256.0.0.1", "a.0x7f", "a.1",
        ])
    func oddAddresses(host: String) {
        #expect(fault("https://\(host)/") == .host)
    }

    @Test("2000 bytes are enough")
    func length() {
        let base = "https://example.com/"
        #expect(read(base + String(repeating: "a", count: 2_000 - base.count)) != nil)
        #expect(fault(base + String(repeating: "a", count: 2_001 - base.count)) == .tooLong)
        #expect(fault("https://\(String(repeating: "a", count: 64)).com/") == .host)
    }
}
