import RelayDomain
import RelayTestKit
import Testing

@Suite struct IdentityTests {
    @Test("An identifier reads what it writes, and sorts by time")
    func identifiers() {
        var random = SeededGenerator()
        var last = RequestID(at: Timestamp(milliseconds: 0), random: &random)
        for step in 1..<500 {
            let id = RequestID(at: Timestamp(milliseconds: Int64(step) * 7_919), random: &random)
            #expect(RequestID(id.description) == id)
            #expect(id.description.utf8.count == 30)
            #expect(id > last && id.description > last.description, "seed \(random.seed)")
            last = id
        }
        #expect(RequestID("acc_" + last.description.dropFirst(4)) == nil)
        #expect(RequestID(last.description.uppercased()) == nil)
        #expect(RequestID("req_8zzzzzzzzzzzzzzzzzzzzzzzzz") == nil)
    }

    @Test("A secret names its account; any changed, added, missing or swapped character is noticed")
    func secrets() {
        var random = SeededGenerator()
        let account = AccountID(at: Timestamp(milliseconds: 1_700_000_000_000), random: &random)
        let secret = KeySecret(account: account, random: &random)
        #expect(KeySecret(secret.text)?.account == account)
        #expect(KeySecret(secret.text + "0") == nil)
        #expect(KeySecret(String(secret.text.dropLast())) == nil)
        let characters = Array(secret.text)
        for index in characters.indices {
            for other in "0123456789abcdefghjkmnpqrstvwxyzilouA_ é" where other != characters[index] {
                var changed = characters
                changed[index] = other
                #expect(KeySecret(String(changed)) == nil, "\(index) \(other) seed \(random.seed)")
            }
            if index + 1 < characters.count, characters[index] != characters[index + 1] {
                var swapped = characters
                swapped.swapAt(index, index + 1)
                #expect(KeySecret(String(swapped)) == nil, "\(index) swapped, seed \(random.seed)")
            }
        }
    }

    @Test("A secret does not show itself when it is printed")
    func printing() {
        var random = SeededGenerator()
        let secret = KeySecret(account: AccountID(high: 1, low: 2), random: &random)
        for text in ["\(secret)", String(reflecting: secret)] {
            #expect(!text.contains(secret.text.dropFirst(4).prefix(54)))
        }
    }

    @Test("Times are written and read as RFC 3339")
    func times() {
        let cases: [(String, Int64)] = [
            ("1970-01-01T00:00:00.000Z", 0), ("2026-11-23T21:39:00.123Z", 1_795_469_940_123), ("2000-02-29T23:59:59.999Z", 951_868_799_999),
            ("1969-12-31T23:59:59.999Z", -1),
        ]
        for (text, milliseconds) in cases {
            #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
            #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
        }
        #expect(Timestamp(rfc3339: "2026-11-23T22:39:00.123+01:00")?.milliseconds == 1_795_469_940_123)
        for bad in [
            "", "2026-11-23", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T00:00:00", "2026-11-23T00:00:00+1:00",
            "2026-11-23T00:00:00.Z",
        ] {
            #expect(Timestamp(rfc3339: bad) == nil, "\(bad)")
        }
    }

    @Test("A month begins at its first millisecond in UTC")
    func months() {
        let month = Month(text: "2026-11")!
        #expect(month.start.rfc3339 == "2026-11-01T00:00:00.000Z")
        #expect(month.next.start.rfc3339 == "2026-12-01T00:00:00.000Z")
        #expect(Month(text: "2026-12")!.next.description == "2027-01")
        #expect(month.start.month == month && month.start.adding(milliseconds: -1).month.description == "2026-10")
        for bad in ["2026-13", "2026-00", "2026-1", "202-11", "2026-11-01", "x026-11"] { #expect(Month(text: bad) == nil) }
    }
}
