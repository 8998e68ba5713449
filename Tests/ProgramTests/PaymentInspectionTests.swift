import Foundation
import Testing

@testable import nexrelay

@Suite struct PaymentInspectionTests {
    @Test("what addresses hold is right where the books say the same, wrong where they do not, and left out where nobody has read it")
    func balances() throws {
        let networks = try JSONValue(
            json: Data(
                """
                [{"network": "tron", "balance": "29.00", "expected_balance": "29.00", "balance_at": "2026-11-23T12:00:00Z"},
                 {"network": "bsc", "balance": "28.99", "expected_balance": "29.00", "balance_at": "2026-11-23T12:05:00Z"},
                 {"network": "polygon", "balance": null, "expected_balance": null, "balance_at": null}]
                """.utf8))
        let findings = PaymentInspection.findings(networks.items)
        #expect(findings.map(\.name) == ["balance tron", "balance bsc"])
        #expect(findings.map(\.isOK) == [true, false])
        #expect(findings[1].detail == "28.99 on the chain, 29.00 by the books, at 2026-11-23T12:05:00Z")
    }
}
