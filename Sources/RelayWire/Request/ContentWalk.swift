internal import RelayDomain

/// Looks through the messages or items of a request, in one pass, for what cannot be metered or names an object of the upstream's account.
///
/// Each byte is read once, however deep it lies: the walk comes before anyone knows whose request it is.
struct ContentWalk {
    struct Finding {
        let name: String
        let reason: String
    }

    private static let stored = "it names an object that is stored with the upstream. Send its content instead"
    private static let unmetered = "its tokens cannot be known beforehand. Send text or images"
    private static let hosted = "it is run by the upstream, and billed apart from tokens"
    /// The array, a message, its content, a part of it: what lies deeper is counted as text.
    private static let partDepth = 4
    /// How deep the array may nest in all: tools' results are text, and schemas lie elsewhere.
    private static let depthLimit = 32

    /// Items that are whole in themselves, beside messages. Source: OpenAI's API reference, "Input items".
    private static let itemTypes: [StaticString] = [
        "message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "local_shell_call",
        "local_shell_call_output", "apply_patch_call", "apply_patch_call_output",
    ]
    /// Thoughts of an earlier answer, which must come with what they were, and not only by their name.
    private static let thoughtTypes: [StaticString] = ["reasoning", "compaction"]
    private static let fileTypes: [StaticString] = ["file", "input_file", "input_audio"]
    private static let storedKeys: [StaticString] = ["file_id", "container_id", "container_reference", "vector_store_ids"]
    private static let unmeteredKeys: [StaticString] = ["input_audio", "file", "audio"]

    /// What is known of the item that is being read.
    private struct Item {
        /// How often it says what it is, be it by null.
        var mentions = 0
        var hasType = false
        var isKnown = false
        var isThought = false
        var hasRole = false
        var hasContent = false
    }

    private let bytes: UnsafeRawBufferPointer
    private let areItems: Bool
    private var nesting = NestingStack()
    private var at = 0
    private var item = Item()

    /// - Parameters:
    ///   - array: valid JSON.
    ///   - areItems: whether its elements are items of a response's input.
    static func find(in array: UnsafeRawBufferPointer, areItems: Bool) -> Finding? {
        var walk = ContentWalk(bytes: array, areItems: areItems)
        return walk.find()
    }

    private init(bytes: UnsafeRawBufferPointer, areItems: Bool) {
        self.bytes = bytes
        self.areItems = areItems
    }

    private mutating func find() -> Finding? {
        var key: UnsafeRawBufferPointer?
        while at < bytes.count {
            switch bytes[at] {
            case ASCII.openBrace, ASCII.openBracket:
                let isObject = bytes[at] == ASCII.openBrace
                if let key, let finding = judge(key, kind: isObject ? .object : .array, nil) { return finding }
                if nesting.depth >= Self.depthLimit {
                    return Finding(name: "nesting", reason: "content nests no deeper than \(Self.depthLimit) levels")
                }
                _ = nesting.open(isObject: isObject)
                if nesting.depth == 2 { item = Item() }
                key = nil
                at += 1
            case ASCII.closeBrace, ASCII.closeBracket:
                nesting.close()
                at += 1
                if nesting.depth == 1, areItems, let finding = judgeItem() { return finding }
            case ASCII.quote:
                let text = takeString()
                if nesting.isObject, key == nil, isColon() {
                    key = text
                } else {
                    if let key, let finding = judge(key, kind: .string, text) { return finding }
                    if nesting.depth == 1, areItems { return Finding(name: "string", reason: "an item is an object") }
                    key = nil
                }
            case ASCII.comma, ASCII.colon, ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab:
                at += 1
            default:
                let isNull = bytes[at] == UInt8(ascii: "n")
                while at < bytes.count, !Self.endsScalar(bytes[at]) { at += 1 }
                if let key, let finding = judge(key, kind: isNull ? .null : .number, nil) { return finding }
                key = nil
            }
        }
        return nil
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte == ASCII.comma || byte == ASCII.closeBrace || byte == ASCII.closeBracket || ASCII.isSpace(byte)
    }

    /// Takes the string at the cursor.
    /// - Returns: the text between its quotes.
    private mutating func takeString() -> UnsafeRawBufferPointer {
        let start = at + 1
        var end = start
        while end < bytes.count {
            end = ByteSearch.endOfText(bytes.baseAddress!, from: end, to: bytes.count)
            guard end < bytes.count, bytes[end] == ASCII.backslash else { break }
            end += 2
        }
        at = min(end + 1, bytes.count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<min(end, bytes.count)])
    }

    private func isColon() -> Bool {
        var next = at
        while next < bytes.count, ASCII.isSpace(bytes[next]) { next += 1 }
        return next < bytes.count && bytes[next] == ASCII.colon
    }

    // MARK: Judgement

    /// - Parameter text: of a string.
    private mutating func judge(_ key: UnsafeRawBufferPointer, kind: JSONKind, _ text: UnsafeRawBufferPointer?) -> Finding? {
        if nesting.depth == 2, areItems { note(key, kind, text) }
        guard kind != .null else { return nil }
        for name in Self.storedKeys where key.isText(name) { return Finding(name: "\(name)", reason: Self.stored) }
        if key.isText("image_url"), nesting.depth > Self.partDepth {
            return Finding(name: "image_url", reason: "an image stands in a message's or a result's own content")
        }
        if let text, key.isText("type") {
            if text.isText("item_reference") { return Finding(name: "item_reference", reason: Self.stored) }
            for type in Self.fileTypes where text.isText(type) { return Finding(name: "\(type)", reason: Self.unmetered) }
        }
        // What a part holds may count for more than what it says that it is.
        guard kind == .object else { return nil }
        for name in Self.unmeteredKeys where key.isText(name) { return Finding(name: "\(name)", reason: Self.unmetered) }
        return nil
    }

    private mutating func note(_ key: UnsafeRawBufferPointer, _ kind: JSONKind, _ text: UnsafeRawBufferPointer?) {
        if key.isText("type") {
            item.mentions += 1
            guard let text else { return }
            item.hasType = true
            item.isKnown = Self.itemTypes.contains { text.isText($0) }
            item.isThought = Self.thoughtTypes.contains { text.isText($0) }
        } else if kind != .null {
            if key.isText("role") { item.hasRole = true }
            if key.isText("content") || key.isText("encrypted_content") { item.hasContent = true }
        }
    }

    /// An item must say once what it is, or be a message by its role, and hold itself what it is: some that only have an id are looked up
    /// by it.
    private func judgeItem() -> Finding? {
        if item.mentions > 1 { return Finding(name: "type", reason: "an item has one type") }
        if item.isKnown || (!item.hasType && item.hasRole) { return nil }
        if item.isThought, item.hasContent { return nil }
        if item.isThought { return Finding(name: "reasoning", reason: Self.stored) }
        return !item.hasType
            ? Finding(name: "item_reference", reason: Self.stored) : Finding(name: "item", reason: Self.hosted)
    }
}
