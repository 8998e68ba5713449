/// The decoded bytes of a key that came in pieces or with escapes. Of a key that is too long to mean anything only the length is kept.
struct KeyText: Sendable {
    private var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ text: UnsafeRawBufferPointer) {
        let start = count
        count += text.count
        guard count <= AnswerKey.byteLimit else { return }
        withUnsafeMutableBytes(of: &bytes) { UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: text) }
    }

    mutating func append(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { append($0) }
    }

    mutating func clear() { count = 0 }

    func spells(_ word: StaticString) -> Bool {
        guard count <= AnswerKey.byteLimit else { return false }
        return withUnsafeBytes(of: bytes) { UnsafeRawBufferPointer(rebasing: $0[..<count]).spells(word) }
    }

    func key(in role: AnswerRole) -> AnswerKey {
        guard count <= AnswerKey.byteLimit else { return .other }
        return withUnsafeBytes(of: bytes) { AnswerKey(UnsafeRawBufferPointer(rebasing: $0[..<count]), in: role) }
    }
}
