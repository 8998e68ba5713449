import RelayDomain
import Testing

@testable import nexrelay

@Suite struct TextFormsTests {
    @Test(
        "times",
        arguments: [
            ("5s", 5_000), ("120s", 120_000), ("500ms", 500), ("2m", 120_000), ("1h", 3_600_000), ("7", 7_000), ("0.5", 500),
            ("1.5m", 90_000), ("30d", 2_592_000_000),
            ("0.001s", 1), ("0", 0),
        ])
    func durations(text: String, milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(
        "what is no time",
        arguments: ["", "s", "5 s", "-1s", "+1s", "1e3", "5w", "0.5ms", "0.0001s", ".5s", "5.s", "99999999999999999h", "٥s"])
    func noDurations(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }

    @Test(
        "sizes",
        arguments: [
            ("32MiB", 32 << 20), ("64KiB", 64 << 10), ("1GiB", 1 << 30), ("1 KB", 1_000), ("2MB", 2_000_000), ("12", 12), ("12B", 12),
            ("1_024", 1_024),
        ])
    func sizes(text: String, bytes: Int) {
        #expect(ByteCountText.bytes(text) == bytes)
    }

    @Test("what is no size", arguments: ["", "MiB", "-1", "1.5MiB", "1TiB", "9999999999999GiB", "1mib", "_1"])
    func noSizes(text: String) {
        #expect(ByteCountText.bytes(text) == nil)
    }

    @Test(
        "dollars are exact to the thousandth of a credit",
        arguments: [
            ("1.00", Int64(1_000_000_000)), ("0.10", 100_000_000), ("0.000000001", 1), ("10000", 10_000_000_000_000), ("0", 0),
            ("999999999.999999999", 999_999_999_999_999_999),
        ])
    func dollars(text: String, thousandths: Int64) {
        #expect(DollarText.credits(text, decimals: 9) == Credits(thousandths: thousandths))
    }

    @Test(
        "what are no dollars", arguments: ["", ".", "1.", ".1", "-1", "+1", "1,5", "1e2", "$1", "0.0000000001", "1000000001", "NaN", "1 "])
    func noDollars(text: String) {
        #expect(DollarText.credits(text, decimals: 9) == nil)
    }

    @Test("a base URL is taken apart")
    func baseURLs() throws {
        func parts(_ text: String) throws -> [String] {
            let url = try #require(BaseURL(text))
            return ["\(url.isTLS)", url.host, "\(url.port)", url.path]
        }
        #expect(try parts("https://api.openai.com/v1") == ["true", "api.openai.com", "443", "/v1"])
        #expect(try parts("HTTP://127.0.0.1:9000/v1/") == ["false", "127.0.0.1", "9000", "/v1"])
        #expect(try parts("http://host") == ["false", "host", "80", ""])
        #expect(try parts("https://[2001:db8::1]:8443/a/b%20c") == ["true", "2001:db8::1", "8443", "/a/b%20c"])
    }

    @Test(
        "what is no base URL",
        arguments: [
            "", "api.openai.com/v1", "ftp://x", "https://", "https:///v1", "https://u:p@h/v1", "https://h/v1?x=1", "https://h/v1#f",
            "https://h:0/",
            "https://h:65536/", "https://h:/v1", "https://h:+1", "https://[::1", "https://[host]/", "https://h /v1", "https://h/a b",
            "https://h//v1",
            "https://h\r\nx: y/v1", "https://ü/v1",
        ])
    func noBaseURLs(text: String) {
        #expect(BaseURL(text) == nil)
    }

    @Test(
        "paths are resolved",
        arguments: [
            ("a", "/x/a"), ("./a/../b", "/x/b"), ("/a//b/.", "/a/b"), ("..", "/"), ("../../..", "/"), (".", "/x"),
        ])
    func paths(path: String, resolved: String) {
        #expect(FilePath.resolve(path, relativeTo: "/x") == resolved)
    }
}
