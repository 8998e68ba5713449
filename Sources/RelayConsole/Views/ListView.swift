import RelayStore

/// A page of a list: `{"data": [...], "has_more": bool, "next": cursor or null}`.
struct ListView {
    let data: [JSONValue]
    let next: String?

    init<Item>(_ page: Page<Item>, _ view: (Item) -> JSONValue) {
        data = page.items.map(view)
        next = page.next
    }

    /// All there is.
    init(all data: [JSONValue]) {
        self.data = data
        next = nil
    }

    var json: JSONValue {
        ["data": .array(data), "has_more": .bool(next != nil), "next": .text(next)]
    }
}
