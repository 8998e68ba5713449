/// A value of a document that ``JSONScanner`` found valid, for walking what the outline does not name. Nothing is decoded or copied.
struct JSONValueView {
    /// From the value's first byte to its last.
    let bytes: UnsafeRawBufferPointer

    var kind: JSONKind {
        switch bytes.first ?? 0 {
        case ASCII.openBrace: .object
        case ASCII.openBracket: .array
        case ASCII.quote: .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The text between a string's quotes, as it is written.
    var stringText: UnsafeRawBufferPointer {
        kind == .string ? UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]) : UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Whether it is a string that stands for this ASCII text.
    func isString(_ text: StaticString) -> Bool { kind == .string && stringText.isText(text) }

    /// The members of an object in their order, also those whose key is repeated.
    /// - Parameter body: gets the text between the key's quotes, as it is written.
    func forEachMember(_ body: (_ key: UnsafeRawBufferPointer, _ value: JSONValueView) -> Void) {
        guard kind == .object else { return }
        var at = 1
        while let keyStart = nextItem(at) {
            let keyEnd = endOfString(keyStart)
            var start = keyEnd
            while start < bytes.count, ASCII.isSpace(bytes[start]) || bytes[start] == ASCII.colon { start += 1 }
            let end = endOfValue(start)
            body(slice(keyStart + 1..<keyEnd - 1), JSONValueView(bytes: slice(start..<end)))
            at = end
        }
    }

    /// The elements of an array.
    func forEachElement(_ body: (JSONValueView) -> Void) {
        guard kind == .array else { return }
        var at = 1
        while let start = nextItem(at) {
            let end = endOfValue(start)
            body(JSONValueView(bytes: slice(start..<end)))
            at = end
        }
    }

    private func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    private func nextItem(_ start: Int) -> Int? {
        var at = start
        while at < bytes.count, ASCII.isSpace(bytes[at]) || bytes[at] == ASCII.comma { at += 1 }
        return at < bytes.count && bytes[at] != ASCII.closeBrace && bytes[at] != ASCII.closeBracket ? at : nil
    }

    private func endOfString(_ start: Int) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        var at = start + 1
        while true {
            at = ByteSearch.endOfText(base, from: at, to: bytes.count)
            guard at < bytes.count else { return bytes.count }
            if bytes[at] == ASCII.quote { return at + 1 }
            at += 2
        }
    }

    private func endOfValue(_ start: Int) -> Int {
        var at = start
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case ASCII.quote:
                at = endOfString(at)
                if depth == 0 { return at }
                continue
            case ASCII.openBrace, ASCII.openBracket: depth += 1
            case ASCII.closeBrace, ASCII.closeBracket:
                // The end of what holds a number or a word.
                if depth == 0 { return at }
                depth -= 1
                if depth == 0 { return at + 1 }
            case ASCII.comma, ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: if depth == 0 { return at }
            default: break
            }
            at += 1
        }
        return bytes.count
    }
}

extension UnsafeRawBufferPointer {
    /// Whether this text of a JSON string stands for the ASCII text.
    func isText(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount, count <= text.utf8CodeUnitCount * JSONText.longestEscape else { return false }
        return JSONText.equals(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), self)
    }
}
