/// Validates one whole JSON document in a single pass and notes where the watched members of its object lie.
///
/// Strict: RFC 8259 and valid UTF-8, no byte order mark, nothing but white space around the value, at most ``JSONLimit/depth`` levels.
/// An escape of half a surrogate pair (`"\ud800"`) is grammatical and passes. Nothing is decoded or copied, and no call recurses.
public struct JSONScanner {
    let bytes: UnsafeRawPointer
    let end: Int
    private let watch: JSONWatch
    private var nesting = NestingStack()
    private var outline: JSONOutline
    /// The watched member of the document's object whose value is being read, by its index.
    private var openIndex: Int?
    /// The watched member that was read last, while the comma after it has not come.
    private var lastIndex: Int?
    private var lastComma: Int?

    /// - Throws: ``JSONFault``, for the first byte at fault.
    public static func outline(of document: UnsafeRawBufferPointer, watching watch: JSONWatch) throws(JSONFault) -> JSONOutline {
        guard let bytes = document.baseAddress, !document.isEmpty else { throw JSONFault(.empty, at: 0) }
        var scanner = JSONScanner(bytes: bytes, end: document.count, watch: watch)
        try scanner.scan()
        return scanner.outline
    }

    private init(bytes: UnsafeRawPointer, end: Int, watch: JSONWatch) {
        self.bytes = bytes
        self.end = end
        self.watch = watch
        outline = JSONOutline(
            object: 0..<0, memberCount: 0, countedMembers: 0, repeatedIndex: nil, miswrittenIndex: nil,
            members: Array(repeating: nil, count: watch.members.count))
    }

    @inline(__always)
    func byte(_ at: Int) -> UInt8 { bytes.load(fromByteOffset: at, as: UInt8.self) }

    /// The byte at `at`, or 0, which is nowhere grammatical, at the end.
    @inline(__always)
    private func peek(_ at: Int) -> UInt8 { at < end ? byte(at) : 0 }

    @inline(__always)
    private func skipSpace(_ start: Int) -> Int {
        var at = start
        while at < end, ASCII.isSpace(byte(at)) { at &+= 1 }
        return at
    }

    private func fault(_ reason: JSONFault.Reason, at offset: Int) -> JSONFault {
        JSONFault(offset < end ? reason : .ended, at: offset)
    }

    private mutating func scan() throws(JSONFault) {
        let start = skipSpace(0)
        if start == end { throw JSONFault(.empty, at: end) }
        var at = start
        repeat {
            at = try openValues(at)
            at = try closeValues(at)
        } while !nesting.isEmpty
        // A document is scanned whole before its kind is judged, so that broken text is always reported as such.
        let valueEnd = at
        at = skipSpace(at)
        if at < end { throw JSONFault(.trailingText, at: at) }
        if byte(start) != ASCII.openBrace { throw JSONFault(.notAnObject, at: start) }
        outline.object = start..<valueEnd
    }

    /// Reads from the start of a value to the end of its first scalar or empty container, opening what holds it.
    @inline(__always)
    private mutating func openValues(_ start: Int) throws(JSONFault) -> Int {
        var at = start
        while true {
            switch peek(at) {
            case ASCII.quote:
                return try endOfString(at)
            case ASCII.openBrace:
                guard nesting.open(isObject: true) else { throw JSONFault(.tooDeep, at: at) }
                at = skipSpace(at &+ 1)
                if peek(at) == ASCII.closeBrace { return at }
                at = try scanKey(at)
            case ASCII.openBracket:
                guard nesting.open(isObject: false) else { throw JSONFault(.tooDeep, at: at) }
                at = skipSpace(at &+ 1)
                if peek(at) == ASCII.closeBracket { return at }
            case ASCII.minus, ASCII.zero...ASCII.nine:
                return try endOfNumber(at)
            case UInt8(ascii: "t"):
                return try endOfWord("true", at)
            case UInt8(ascii: "f"):
                return try endOfWord("false", at)
            case UInt8(ascii: "n"):
                return try endOfWord("null", at)
            default:
                throw fault(.expectedValue, at: at)
            }
        }
    }

    /// Reads from the end of a value to the start of the next one, or to the end of the document's value.
    @inline(__always)
    private mutating func closeValues(_ start: Int) throws(JSONFault) -> Int {
        var at = start
        while true {
            if nesting.depth == 1, let index = openIndex { closeMember(index, at) }
            if nesting.isEmpty { return at }
            at = skipSpace(at)
            switch peek(at) {
            case ASCII.comma:
                if nesting.depth == 1 { noteComma(at) }
                at = skipSpace(at &+ 1)
                return nesting.isObject ? try scanKey(at) : at
            case ASCII.closeBrace where nesting.isObject, ASCII.closeBracket where !nesting.isObject:
                nesting.close()
                at &+= 1
            default:
                throw fault(.expectedCommaOrEnd, at: at)
            }
        }
    }

    /// Reads a key and its colon.
    /// - Returns: where the value starts.
    @inline(__always)
    private mutating func scanKey(_ start: Int) throws(JSONFault) -> Int {
        guard peek(start) == ASCII.quote else { throw fault(.expectedKey, at: start) }
        let keyEnd = try endOfString(start)
        var at = skipSpace(keyEnd)
        guard peek(at) == ASCII.colon else { throw fault(.expectedColon, at: at) }
        at = skipSpace(at &+ 1)
        for counted in watch.counted where keyMatches(counted, start &+ 1, keyEnd &- 1) { outline.countedMembers &+= 1 }
        if nesting.depth == 1 { openMember(start..<keyEnd, valueStart: at) }
        return at
    }

    @inline(__always)
    private func keyMatches(_ name: [UInt8], _ start: Int, _ textEnd: Int) -> Bool {
        // An escape is longer than what it stands for, so a shorter text cannot match, nor one that is longer than escapes could make it.
        let length = textEnd &- start
        guard length >= name.count, length <= name.count &* JSONText.longestEscape else { return false }
        return JSONText.equals(name, UnsafeRawBufferPointer(start: bytes + start, count: length))
    }

    /// Whether it is the name but for capital letters: some readers take one for the other.
    @inline(__always)
    private func keyMatchesInCapitals(_ name: [UInt8], _ start: Int, _ textEnd: Int) -> Bool {
        let length = textEnd &- start
        guard length >= name.count, length <= name.count &* JSONText.longestEscape else { return false }
        return JSONText.equalsIgnoringCase(name, UnsafeRawBufferPointer(start: bytes + start, count: length))
    }

    private mutating func openMember(_ key: Range<Int>, valueStart: Int) {
        outline.memberCount += 1
        let (start, end) = (key.lowerBound + 1, key.upperBound - 1)
        guard let index = watch.members.firstIndex(where: { $0.map { keyMatches($0, start, end) } ?? false }) else {
            if outline.miswrittenIndex == nil {
                outline.miswrittenIndex = watch.members.firstIndex { $0.map { keyMatchesInCapitals($0, start, end) } ?? false }
            }
            return
        }
        guard outline.members[index] == nil else {
            if outline.repeatedIndex == nil { outline.repeatedIndex = index }
            return
        }
        outline.members[index] = JSONMember(
            key: key, value: valueStart..<valueStart, kind: kind(at: valueStart), commaBefore: lastComma, commaAfter: nil)
        openIndex = index
    }

    private mutating func closeMember(_ index: Int, _ valueEnd: Int) {
        if let start = outline.members[index]?.value.lowerBound { outline.members[index]?.value = start..<valueEnd }
        openIndex = nil
        lastIndex = index
    }

    private mutating func noteComma(_ at: Int) {
        if let lastIndex { outline.members[lastIndex]?.commaAfter = at }
        lastIndex = nil
        lastComma = at
    }

    private func kind(at start: Int) -> JSONKind {
        switch peek(start) {
        case ASCII.openBrace: .object
        case ASCII.openBracket: .array
        case ASCII.quote: .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }
}
