import RelayDomain
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("JSON of the control plane")
struct JSONValueTests {
    @Test(
        "Amounts are written exactly",
        arguments: [
            (1, "0.001"), (125_000_000, "125000"), (99_000_000_123, "99000000.123"), (0, "0"), (-1_250, "-1.25"), (-1, "-0.001"),
            (1_000_000_000_000_000_000, "1000000000000000"),
        ] as [(Int64, String)])
    func exactAmounts(thousandths: Int64, text: String) throws {
        let credits = Credits(thousandths: thousandths)
        #expect(JSONValue.credits(credits).jsonText == text)
        var fields = try Fields(JSONParser.parse(Array("{\"credits\":\(text)}".utf8)))
        #expect(try fields.credits("credits") == credits)
    }

    @Test("Any amount comes back as it went")
    func randomAmounts() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let limit = Credits.limit.thousandths
            let credits = Credits(thousandths: Int64.random(in: -limit...limit, using: &random) >> Int64.random(in: 0..<60, using: &random))
            for value in [JSONValue.credits(credits).jsonText, "\"\(credits)\""] {
                var fields = try Fields(JSONParser.parse(Array("{\"credits\":\(value)}".utf8)))
                #expect(try fields.credits("credits") == credits, "seed \(random.seed)")
            }
        }
    }

    @Test(
        "What is not an amount to the thousandth is refused",
        arguments: [
            "1e3", "1.0000", "0.0001", "1.00000000000000000000000000000000000000000000001", "\"1,5\"", "\"+1\"", "\" 1\"", "\"\"",
            "true", "[1]", "\"NaN\"", "1000000000000000.001", "-1000000000000001", "99999999999999999999999999",
        ])
    func noAmounts(text: String) throws {
        var fields = try Fields(JSONParser.parse(Array("{\"credits\":\(text)}".utf8)))
        #expect(throws: Refusal.self) { try fields.credits("credits") }
    }

    @Test(
        "Prices are exact to the last digit that they can have",
        arguments: [
            (1_000_000_000, "1"), (100_000_000, "0.1"), (75_000_000, "0.075"), (1, "0.000000001"), (12_500_000_000, "12.5"), (0, "0"),
        ])
    func prices(thousandths: Int64, text: String) {
        let prices = Prices(input: Credits(thousandths: thousandths), output: .zero, cachedRead: .zero)
        #expect(PricesView(prices: prices).json["input"].jsonText == text)
    }

    @Test("Any text comes back as it went")
    func randomTexts() throws {
        var random = SeededGenerator()
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                let range: ClosedRange<UInt32> = Bool.random(using: &random) ? 0...0x7F : 0...0x10FFFF
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.unicodeScalars.append(scalar) }
            }
            let parsed = try JSONParser.parse(Array(JSONValue.string(text).jsonText.utf8))
            #expect(Array(parsed.string.unicodeScalars) == Array(text.unicodeScalars), "seed \(random.seed)")
        }
    }

    @Test("Escapes are read")
    func escapes() throws {
        let parsed = try JSONParser.parse(Array(#" "\u0041\ud83d\ude00\n\/\"\\" "#.utf8))
        #expect(parsed == .string("A\u{1F600}\n/\"\\"))
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "01", "1.", ".5", "-", "+1", "1e", "nul", "truex",
            "\"a", "\"\u{1}\"", #""\x""#, #""\ud800""#, #""\udc00\ud800""#, #""\u12""#, "{a:1}", "{\"a\":1}{", "'a'",
            String(repeating: "[", count: 1_000),
        ])
    func notJSON(text: String) {
        #expect(throws: Refusal.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test(
        "Invalid UTF-8 is refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func invalidText(bytes: [UInt8]) {
        #expect(throws: Refusal.self) { try JSONParser.parse(bytes) }
    }

    @Test("A document that is cut anywhere, or has any byte changed, never crashes the reader")
    func mutilated() {
        var random = SeededGenerator()
        let whole = Array(#"{"credits":-12.5,"reason":"a\u00e9\"b","policy":{"models":["x",null,true],"n":1e5}}"#.utf8)
        for count in 0..<whole.count { #expect(throws: Refusal.self) { try JSONParser.parse(Array(whole[..<count])) } }
        for _ in 0..<5_000 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let value = try? JSONParser.parse(bytes) {
                #expect((try? JSONParser.parse(Array(value.jsonText.utf8))) == value, "seed \(random.seed)")
            }
        }
    }

    @Test("A field that stands twice is refused by name")
    func repeatedField() {
        #expect {
            try JSONParser.parse(Array(#"{"credits":1,"credits":1000}"#.utf8))
        } throws: {
            ($0 as? Refusal)?.code == .invalidJSON && ($0 as? Refusal)?.param == "credits"
        }
    }
}
