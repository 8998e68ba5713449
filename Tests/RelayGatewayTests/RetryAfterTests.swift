import NIOHTTP1
import Testing

@testable import RelayGateway

@Suite("An upstream's wish to be left alone") struct RetryAfterTests {
    @Test(
        "Milliseconds count before seconds, in any number that makes sense, for a day at the most",
        arguments: [
            (["retry-after": "2"], 2_000), (["retry-after": "0.5"], 500), (["retry-after-ms": "250", "retry-after": "2"], 250),
            (["retry-after-ms": "x", "retry-after": "3"], 3_000), (["retry-after": "1e99"], 86_400_000), (["retry-after": "inf"], nil),
            (["retry-after": "0"], nil), (["retry-after": "-1"], nil), (["retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"], nil), ([:], nil),
        ] as [([String: String], Int64?)])
    func milliseconds(headers: [String: String], expected: Int64?) {
        #expect(RetryAfter.milliseconds(of: HTTPHeaders(headers.map { ($0.key, $0.value) })) == expected)
    }
}
