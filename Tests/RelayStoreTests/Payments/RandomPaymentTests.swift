import RelayTestKit
import Testing

@Suite(.serialized) struct RandomPaymentTests {
    @Test(
        "Each order is credited at most once and each deposit decided once, whatever comes in whatever order, twice, or is lost",
        arguments: DatabaseKind.allCases, 1...3)
    func random(kind: DatabaseKind, round: Int) async throws {
        let payments = try await RandomPayments(kind, SeededGenerator().round(round))
        try await payments.run(250)
        // Everything has really happened.
        for word in ["placed", "found", "settled", "claimed", "confirmed", "refused"] {
            #expect(payments.counts[word, default: 0] > 0, "\(word)")
        }
    }
}
