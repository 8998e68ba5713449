/// What a value is, told by its first byte.
public enum JSONKind: Hashable, Sendable {
    case object, array, string, number, bool, null
}

/// Which keys a scan looks for. Make one for each kind of document and keep it.
public struct JSONWatch: Sendable {
    let members: [[UInt8]?]
    let counted: [[UInt8]]

    /// - Parameters:
    ///   - members: ASCII keys of the document's own object whose places are wanted; a key's place in this list is its index. A place may be
    ///     left empty.
    ///   - counted: ASCII keys whose members are counted at every depth, all together.
    public init(members: [String?], counting counted: [String] = []) {
        self.members = members.map { $0.map { Array($0.utf8) } }
        self.counted = counted.map { Array($0.utf8) }
    }
}

/// One member of an object and the places it takes, as offsets from the document's first byte.
public struct JSONMember: Hashable, Sendable {
    /// The key with its quotes.
    public internal(set) var key: Range<Int>
    /// The value, with quotes or brackets, without white space around it.
    public internal(set) var value: Range<Int>
    public internal(set) var kind: JSONKind
    /// The comma before the member, or nil where it is the first.
    public internal(set) var commaBefore: Int?
    /// The comma after the member, or nil where it is the last.
    public internal(set) var commaAfter: Int?
}

/// A valid document whose value is an object: where its watched members lie.
public struct JSONOutline: Sendable {
    /// The document's object, with its braces.
    public internal(set) var object: Range<Int>
    /// How many members the object has, watched or not.
    public internal(set) var memberCount: Int
    /// How many members of any object have one of the counted keys.
    public internal(set) var countedMembers: Int
    /// The index of a watched key that occurs twice, or nil.
    public internal(set) var repeatedIndex: Int?
    /// The index of a watched key that occurs in other letters, capital for small, or nil.
    public internal(set) var miswrittenIndex: Int?
    /// For each watched key its member: the first one where the key is repeated.
    public internal(set) var members: [JSONMember?]

    /// The same places in a document that begins `offset` bytes earlier.
    func shifted(by offset: Int) -> JSONOutline {
        func shift(_ range: Range<Int>) -> Range<Int> { range.lowerBound + offset..<range.upperBound + offset }
        var outline = self
        outline.object = shift(object)
        outline.members = members.map { member in
            guard var member else { return nil }
            member.key = shift(member.key)
            member.value = shift(member.value)
            member.commaBefore = member.commaBefore.map { $0 + offset }
            member.commaAfter = member.commaAfter.map { $0 + offset }
            return member
        }
        return outline
    }
}
