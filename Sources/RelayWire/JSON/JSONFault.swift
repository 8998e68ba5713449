/// Why a text is not a JSON document that the relay takes, and where.
public struct JSONFault: Error, Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable {
        case empty = "the body is empty"
        case ended = "the text ends too early"
        case expectedValue = "a value is expected"
        case expectedKey = "a key in double quotes is expected"
        case expectedColon = "a colon is expected"
        case expectedCommaOrEnd = "a comma or the end of the array or object is expected"
        case badLiteral = "only true, false and null are known words"
        case badNumber = "the number is malformed"
        case badEscape = "the escape sequence is malformed"
        case controlCharacter = "a control character in a string must be escaped"
        case badUTF8 = "the text is not valid UTF-8"
        case tooDeep = "arrays and objects nest too deeply"
        case trailingText = "nothing may follow the document"
        case notAnObject = "an object is expected"
    }

    public let reason: Reason
    /// The offset of the byte at fault from the document's first byte; the document's length where it ends too early.
    public let offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
