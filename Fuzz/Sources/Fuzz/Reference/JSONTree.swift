/// A JSON value as the reference parser reads it, and the bytes that it takes. Numbers keep their text, strings their UTF-16 code units,
/// so that nothing is rounded or repaired.
struct JSONTree {
    enum Content {
        case null
        case bool(Bool)
        /// A number; `NaN` and its like too, where the dialect has them.
        case number(String)
        case string([UInt16])
        case array([JSONTree])
        case object([Member])
    }

    struct Member {
        let key: [UInt16]
        /// The key with its quotes.
        let keyRange: Range<Int>
        let value: JSONTree

        var name: String { String(decoding: key, as: UTF16.self) }

        func isNamed(_ name: String) -> Bool { key == Array(name.utf16) }
    }

    let content: Content
    /// Without white space around it.
    let range: Range<Int>

    /// nil where it is no object.
    var members: [Member]? {
        if case .object(let members) = content { members } else { nil }
    }

    /// nil where it is no array.
    var elements: [JSONTree]? {
        if case .array(let elements) = content { elements } else { nil }
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    var isArray: Bool { elements != nil }

    /// nil where it is no string, or one with half a surrogate pair.
    var text: String? {
        guard case .string(let units) = content else { return nil }
        return String(validating: units, as: UTF16.self)
    }

    /// Every member with that key; empty where it is no object.
    func members(named name: String) -> [Member] { (members ?? []).filter { $0.isNamed(name) } }
}
