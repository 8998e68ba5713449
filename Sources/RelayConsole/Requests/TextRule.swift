import RelayDomain

/// What a text that people write must be like.
struct TextRule: Sendable {
    /// How many characters it has, once the white space at both ends is gone.
    let characters: ClosedRange<Int>

    static let name = TextRule(characters: 0...100)
    /// Of a suspension, an adjustment, a confirmation.
    static let reason = TextRule(characters: 1...500)
    static let modelName = TextRule(characters: 1...128)
    static let planID = TextRule(characters: 1...128)
    static let email = TextRule(characters: 1...254)
    static let network = TextRule(characters: 1...64)
    static let transaction = TextRule(characters: 1...200)
    /// Of a webhook.
    static let url = TextRule(characters: 1...WebhookURL.longestBytes)
    /// Of a file.
    static let path = TextRule(characters: 1...4_096)

    /// - Returns: the text without the white space at both ends.
    func check(_ text: String, field: String) throws(Refusal) -> String {
        let trimmed = text.trimmed
        guard characters.contains(trimmed.count) else {
            throw Refusal(.invalidRequest, "`\(field)` has \(characters.lowerBound) to \(characters.upperBound) characters.", param: field)
        }
        guard !trimmed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Refusal(.invalidRequest, "`\(field)` is one line without control characters.", param: field)
        }
        return trimmed
    }
}

/// An address by which an account is known.
enum EmailAddress {
    /// What RFC 5321 allows a path to have, less its two brackets.
    private static let byteLimit = 254

    /// - Returns: the address in lower case, so that one address cannot open two accounts.
    static func normalized(_ text: String) throws(Refusal) -> String {
        let address = text.trimmed.lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), address.utf8.count <= byteLimit,
            !address.contains(where: \.isWhitespace),
            !address.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw Refusal(.invalidRequest, "`email` is one address, name@host, of at most \(byteLimit) bytes.", param: "email") }
        return address
    }
}

/// A payment's own name on its chain or at its bank.
enum TransactionReference {
    /// - Returns: a hash in lower case, since hexadecimal digits mean the same in both, and one payment must not credit two orders.
    static func normalized(_ text: String) -> String {
        let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
        return digits.utf8.count >= 32 && digits.allSatisfy(\.isHexDigit) ? text.lowercased() : text
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
