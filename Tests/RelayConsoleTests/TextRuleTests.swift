import RelayDomain
import Testing

@testable import RelayConsole

@Suite("Texts that people write")
struct TextRuleTests {
    @Test("An address is trimmed and in lower case")
    func email() throws {
        #expect(try EmailAddress.normalized("  Ann@Example.ORG\n") == "ann@example.org")
    }

    @Test(
        "What is no address is refused",
        arguments: ["", "ann", "@host", "ann@", "a@b@c", "a b@host", "a@\thost", String(repeating: "a", count: 250) + "@host"])
    func noEmail(text: String) {
        #expect(throws: Refusal.self) { try EmailAddress.normalized(text) }
    }

    @Test("A text has its length once its white space is gone, and no control character")
    func rule() throws {
        #expect(try TextRule.reason.check(" why ", field: "reason") == "why")
        #expect(try TextRule.reason.check(String(repeating: "é", count: 500), field: "reason").count == 500)
        for text in ["", "  ", "a\nb", "a\u{0}", "a\u{9F}b", String(repeating: "x", count: 501)] {
            #expect(throws: Refusal.self) { try TextRule.reason.check(text, field: "reason") }
        }
    }

    @Test("A hash is the same payment in either case, another name is not")
    func transaction() {
        let hash = "0xAB" + String(repeating: "c", count: 62)
        #expect(TransactionReference.normalized(hash) == hash.lowercased())
        #expect(TransactionReference.normalized("Bank-77") == "Bank-77")
        #expect(
            TransactionReference.normalized("5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnb")
                == "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnb")
    }
}
