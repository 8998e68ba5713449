import Testing

@testable import RelayGateway

@Suite struct ResponseHeadersTests {
    @Test(
        "A duration is written as OpenAI writes it",
        arguments: [
            (0, "0s"), (12, "12ms"), (999, "999ms"), (1_000, "1s"), (1_001, "1.001s"), (59_500, "59.5s"), (60_000, "1m0s"),
            (61_020, "1m1.02s"), (360_000, "6m0s"), (3_600_000, "1h0m0s"), (86_399_999, "23h59m59.999s"),
        ])
    func durations(milliseconds: Int64, text: String) {
        #expect(ResponseHeaders.durationText(milliseconds: milliseconds) == text)
    }
}
