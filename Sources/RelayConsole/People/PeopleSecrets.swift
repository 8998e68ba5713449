public import RelayDomain

/// What is done with secrets of people, under keys that only the program has.
public struct PeopleSecrets: Sendable {
    /// What a hash is for: the same bytes have another hash for each.
    public enum Purpose: String, CaseIterable, Sendable {
        case session
        /// What a form must have beside the cookie.
        case form
        case recoveryCode
        case emailAttempts
        case addressAttempts
        case codeAttempts
        case signUpAttempts
    }

    let hash: @Sendable (Purpose, [UInt8]) -> KeyHash
    let seal: @Sendable (_ secret: [UInt8], _ context: String) -> [UInt8]
    let open: @Sendable (_ sealed: [UInt8], _ context: String) -> [UInt8]?

    /// - Parameters:
    ///   - hash: a keyed hash.
    ///   - seal: encrypts a short secret. What was sealed in one context opens in no other.
    ///   - open: nil for what was not sealed so.
    public init(
        hash: @escaping @Sendable (Purpose, [UInt8]) -> KeyHash, seal: @escaping @Sendable ([UInt8], String) -> [UInt8],
        open: @escaping @Sendable ([UInt8], String) -> [UInt8]?
    ) {
        self.hash = hash
        self.seal = seal
        self.open = open
    }

    /// New random bytes.
    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }

    /// A password that nobody has chosen: 80 random bits, in groups that can be read aloud.
    static func givenPassword() -> String { groups(of: random(16)) }

    /// A code to write down: 50 random bits.
    static func recoveryCode() -> String { groups(of: random(10), length: 5) }

    /// Without the letters that look like digits.
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")

    private static func groups(of bytes: [UInt8], length: Int = 4) -> String {
        let digits = bytes.map { letters[Int($0 & 31)] }
        return stride(from: 0, to: digits.count, by: length).map { String(digits[$0..<min($0 + length, digits.count)]) }
            .joined(separator: "-")
    }
}

/// What a browser keeps as a cookie: 32 random bytes in hexadecimal.
struct CookieSecret: Sendable {
    static let bytes = 32

    let value: [UInt8]

    init() { value = PeopleSecrets.random(Self.bytes) }

    /// - Returns: nil for anything that was not made here.
    init?(_ text: String) {
        guard text.utf8.count == 2 * Self.bytes, let value = HexadecimalText.read(text[...]) else { return nil }
        self.value = value
    }

    var text: String { HexadecimalText.write(value) }
}

extension PeopleSecrets {
    /// What forms carry beside the cookie: who can make a browser send one cannot read the page that has it.
    func formSecret(of cookie: CookieSecret) -> String { HexadecimalText.write(hash(.form, cookie.value).bytes) }

    func isFormSecret(_ text: String, of cookie: CookieSecret) -> Bool {
        let expected = Array(formSecret(of: cookie).utf8)
        let given = Array(text.utf8)
        return expected.count == given.count && zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    func recoveryHash(of code: String, person: PersonID) -> KeyHash {
        let plain = code.lowercased().filter { $0 != "-" && $0 != " " }
        return hash(.recoveryCode, Array("\(person):\(plain)".utf8))
    }
}
