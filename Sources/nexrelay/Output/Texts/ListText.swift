/// A page of a list as a person reads it.
enum ListText {
    /// - Parameter row: as long as `headings`.
    static func table(_ list: JSONValue, _ headings: [String], _ row: (JSONValue) -> [String]) -> String {
        let items = list["data"].items
        guard !items.isEmpty else { return "none" }
        let next = list["next"].string.map { "\nThere are more: --cursor \($0)" } ?? ""
        return Table(headings, items.map(row)).text + next
    }
}
