import Foundation

/// Lists of the admin API, read page by page until enough is there.
extension AdminClient {
    /// What one page may hold.
    private static let pageItems = 100

    /// - Parameters:
    ///   - limit: of items in all, at least 1.
    ///   - cursor: where to begin.
    /// - Returns: one page as it came; several as one document of the same shape.
    func list(
        _ path: [String], query: [(name: String, value: String?)] = [], limit: Int, cursor: String?
    ) async throws -> AdminDocument {
        var items: [JSONValue] = []
        var next = cursor
        while true {
            let count = min(Self.pageItems, limit - items.count)
            let page = try await get(path, query: query + [("limit", "\(count)"), ("cursor", next)])
            guard let value = page.value else { return page }
            if items.isEmpty, count == limit { return page }
            items += value["data"].items
            next = value["next"].string
            if next == nil || items.count >= limit {
                return AdminDocument(
                    value: ["data": .array(items), "has_more": .boolean(next != nil), "next": JSONValue(next)])
            }
        }
    }
}
