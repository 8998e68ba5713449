import RelayDomain
import Testing

@Suite struct PasswordTests {
    @Test(
        "A password is refused for its length, for being the address, and for being what everybody tries",
        arguments: [
            ("a short on", PasswordRules.Fault?.none), ("too short", .tooShort), ("", .tooShort),
            (String(repeating: "ab c", count: 50), .none), (String(repeating: "ab c", count: 50) + "d", .tooLong),
            (String(repeating: "a\u{301}\u{301}\u{301}\u{301}\u{301}x", count: 100), .tooLong), ("Ann@Example.org", .isAddress),
            ("Password123", .isCommon),
            ("aaaaaaaaaaaa", .isCommon), ("abababababab", .isCommon), ("1234567890", .isCommon), ("Qwertyuiop", .isCommon),
            ("abcabcabcabc", .none), ("ann@example.org!", .none),
        ])
    func rules(password: String, fault: PasswordRules.Fault?) {
        #expect(PasswordRules.fault(in: password, email: "ann@example.org") == fault)
    }

    @Test("A hash is read back as it was written, with its own cost")
    func text() throws {
        let cost = PasswordHash.Cost(logRounds: 14, blockSize: 4, parallelism: 2)
        let hash = PasswordHash(cost: cost, salt: Array(0..<16), key: Array(100..<132))
        #expect(PasswordHash(hash.text) == hash)
        #expect(hash.text.hasPrefix("scrypt$14$4$2$000102"))
        #expect(!"\(hash)".contains("0001"))
        #expect(PasswordHash.Cost.standard == PasswordHash.Cost(logRounds: 17, blockSize: 8, parallelism: 1))
    }

    @Test(
        "What is no hash, or would cost too much, is not read",
        arguments: [
            "", "scrypt", "scrypt$14$4$2$00$11", "bcrypt$14$4$2", "scrypt$40$8$1", "scrypt$17$1000$1", "scrypt$0$8$1", "scrypt$-1$8$1",
        ])
    func malformed(text: String) {
        let tail = "$" + String(repeating: "00", count: 16) + "$" + String(repeating: "00", count: 32)
        #expect(PasswordHash(text) == nil)
        #expect(PasswordHash(text + tail) == nil)
        #expect(PasswordHash("scrypt$17$8$1" + tail) != nil)
        #expect(PasswordHash("scrypt$17$8$1" + tail.replacing("00", with: "0G", maxReplacements: 1)) == nil)
    }

    @Test("A key matches itself alone")
    func matching() {
        let hash = PasswordHash(cost: .standard, salt: Array(0..<16), key: Array(0..<32))
        #expect(hash.matches(Array(0..<32)))
        #expect(!hash.matches(Array(0..<31)))
        for index in 0..<32 {
            var other = [UInt8](0..<32)
            other[index] ^= 1
            #expect(!hash.matches(other))
        }
    }
}
