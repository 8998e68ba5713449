import RelayStore

/// A page of a list: `{"data": [...], "has_more": bool, "next": cursor or null}`.
struct ListView {
    let data: [JSONValue]
    let next: String?
    private let hasMore: Bool

    init<Item>(_ page: Page<Item>, _ view: (Item) -> JSONValue) {
        data = page.items.map(view)
        next = page.next
        hasMore = next != nil
    }

    /// All there is, or the first `limit` of it, which is all that there is a way to.
    init(all data: [JSONValue], limit: Int = .max) {
        self.data = Array(data.prefix(limit))
        next = nil
        hasMore = data.count > limit
    }

    /// - Parameter next: where the next page starts; nil when there is none.
    init(data: [JSONValue], next: String?) {
        self.data = data
        self.next = next
        hasMore = next != nil
    }

    var json: JSONValue {
        ["data": .array(data), "has_more": .bool(hasMore), "next": .text(next)]
    }
}
