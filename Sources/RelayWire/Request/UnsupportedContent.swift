/// Looks through messages or items for content that cannot be metered, or that names an object of the upstream's account.
struct UnsupportedContent {
    let name: String
    let reason: String

    private static let stored = "it names an object that is stored with the upstream. Send its content instead"
    private static let unmetered = "its tokens cannot be known beforehand. Send text or images"

    /// - Parameter areItems: whether the array's elements are items of a response's input, which may be references to stored ones.
    static func find(in array: JSONValueView, areItems: Bool) -> UnsupportedContent? {
        var found: UnsupportedContent?
        array.forEachElement { element in
            if found == nil, areItems, isReference(element) { found = UnsupportedContent(name: "item_reference", reason: stored) }
            if found == nil { found = find(in: element) }
        }
        return found
    }

    /// An item may leave out its type: one that has an id, and neither a role nor anything else, can only be a reference.
    private static func isReference(_ item: JSONValueView) -> Bool {
        var hasID = false
        var hasMore = false
        item.forEachMember { key, value in
            if key.isText("id") { hasID = true } else if !key.isText("type") || value.kind != .null { hasMore = true }
        }
        return hasID && !hasMore
    }

    private static func find(in value: JSONValueView) -> UnsupportedContent? {
        var found: UnsupportedContent?
        value.forEachElement { if found == nil { found = find(in: $0) } }
        value.forEachMember { key, value in
            guard found == nil else { return }
            found = judge(key, value) ?? find(in: value)
        }
        return found
    }

    private static func judge(_ key: UnsafeRawBufferPointer, _ value: JSONValueView) -> UnsupportedContent? {
        if value.kind == .null { return nil }
        if key.isText("file_id") { return UnsupportedContent(name: "file_id", reason: stored) }
        if key.isText("type") {
            if value.isString("item_reference") { return UnsupportedContent(name: "item_reference", reason: stored) }
            for type in ["file", "input_file", "input_audio"] as [StaticString] where value.isString(type) {
                return UnsupportedContent(name: "\(type)", reason: unmetered)
            }
        }
        // What a part holds may count for more than what it says that it is.
        guard value.kind == .object else { return nil }
        for name in ["input_audio", "file", "audio"] as [StaticString] where key.isText(name) {
            return UnsupportedContent(name: "\(name)", reason: unmetered)
        }
        return nil
    }
}
