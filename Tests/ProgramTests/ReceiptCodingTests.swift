import RelayDomain
import RelayStore
import Testing

@testable import nexrelay

@Suite struct ReceiptCodingTests {
    private static func receipt(_ number: UInt64) -> Receipt {
        let time = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!
        let hold = Hold(
            request: RequestID(high: 1, low: number), account: AccountID(high: 2, low: 1), key: KeyID(high: 3, low: 1), isKeyCounted: false,
            createdAt: time, month: time.month, endpoint: "/v1/chat/completions", isStream: true, requestedModel: "a\"\n\u{1}b",
            model: "gpt-5.2", isHighCost: false, prices: .standard, credits: Credits(10), tokens: Tokens(input: 5, output: 5),
            maxOutputTokens: 5, clientRetryCount: 0)
        return Receipt(
            hold: hold, state: .settled, endedAt: time, usage: Usage(tokens: Tokens(input: 5, output: 5), source: .reported),
            metered: Tokens(input: 5, output: 5), charged: Credits(10), absorbed: .zero, balanceAfter: Credits(90), facts: ExchangeFacts())
    }

    @Test("A receipt is one line, whatever its texts hold, and begins with its id")
    func line() {
        let line = ReceiptCoding().line(of: Self.receipt(7))
        #expect(!line.contains("\n"))
        #expect(line.hasPrefix("\(ArchiveFolder.lineStart)\(RequestID(high: 1, low: 7))\""))
        #expect(line.contains(#""credits":{"held":10,"charged":10,"absorbed":0}"#))
    }

    @Test("What is packed comes back, and SHA-256 is SHA-256")
    func packing() throws {
        let coding = ReceiptCoding()
        let text = Array(coding.line(of: Self.receipt(1)).utf8)
        let compressor = coding.compressor()
        let packed = try compressor.feed(text, isLast: false) + compressor.feed([], isLast: true)
        #expect(try coding.decompressor().feed(packed, isLast: true) == text)
        let digest = coding.digest()
        digest.update(Array("ab".utf8))
        digest.update(Array("c".utf8))
        // FIPS 180-2, appendix B.1.
        #expect(digest.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
