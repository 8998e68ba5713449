import RelayDomain
import RelayTestKit
import Testing

@testable import RelayStore

@Suite struct UpstreamReconciliationTests {
    private static let day = StoreFixture.start.dayText
    private static let header = "date,upstream,model,input_tokens,cached_tokens,output_tokens\n"
    /// Of a wallet's eight rounds: reported are 80, 400 and 60 of input, and 90 of the dearer model.
    private static let plain = (input: 8 * 540, cached: 8 * 120, output: 8 * 340)

    private func compare(_ lines: String) async throws -> UpstreamReconciliation {
        let fixture = try StoreFixture(folder: try await SoundBooks.copy())
        let comparison = try await fixture.reader.compare(try UpstreamUsageReport(csv: Self.header + lines)) {
            $0 == "gold" ? Prices(input: Credits(7_000_000), output: Credits(1), cachedRead: Credits(1)) : nil
        }
        try await fixture.close()
        return comparison
    }

    private func lines(of upstream: String, wallets: Int, inputBeside: Int = 0) -> String {
        let (input, cached, output) = (Self.plain.input * wallets + inputBeside, Self.plain.cached * wallets, Self.plain.output * wallets)
        return """
            \(Self.day),\(upstream),gpt-5.2,\(input),\(cached),\(output)
            \(Self.day),\(upstream),gpt-5.5,\(8 * 90 * wallets),0,\(8 * 40 * wallets)

            """
    }

    @Test("An export that says what the receipts say has no drift; upstreams that it does not name are not its concern")
    func agreement() async throws {
        for lines in [
            lines(of: "even", wallets: 2), lines(of: "odd", wallets: 3), lines(of: "even", wallets: 2) + lines(of: "odd", wallets: 3),
        ] {
            let comparison = try await compare(lines)
            #expect(comparison.check.isSatisfied && comparison.drift.isEmpty, "\(comparison)")
            #expect(comparison.check.examined == Int64(lines.split(separator: "\n").count))
        }
        #expect(try await compare("").check.isSatisfied)
    }

    @Test("What differs is named by day, upstream and model, with its tokens and dollars")
    func drift() async throws {
        let comparison = try await compare(lines(of: "even", wallets: 2, inputBeside: 1_000_000))
        #expect(comparison.drift.map(\.group.model) == ["gpt-5.2"])
        let drift = try #require(comparison.drift.first)
        #expect(drift.upstream.input - drift.relay.input == 1_000_000 && drift.relay.input == Int64(2 * Self.plain.input))
        #expect(drift.relay.cached == drift.upstream.cached && drift.relay.output == drift.upstream.output)
        #expect(drift.cost == Credits(1_000_000))
        #expect(comparison.check.findings.count == 1)
    }

    @Test("What only one side knows drifts whole: a model without receipts at the catalogue's price, receipts that the export has not")
    func oneSided() async throws {
        let unknown = try await compare(lines(of: "odd", wallets: 3) + "\(Self.day),odd,gold,1000000,0,0\n")
        #expect(unknown.drift.map(\.cost) == [Credits(7_000_000)])
        let missing = try await compare("\(Self.day),even,gpt-5.5,\(16 * 90),0,\(16 * 40)\n")
        #expect(missing.drift.map(\.upstream) == [UpstreamTokens()])
        #expect(missing.drift.first?.cost.isNegative == true)
        let otherDay = try await compare("2026-11-20,even,gpt-5.2,10,0,0\n")
        #expect(otherDay.drift.count == 1, "receipts of other days are not its concern")
    }
}
