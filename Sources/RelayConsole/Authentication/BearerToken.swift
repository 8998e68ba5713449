import Hummingbird

/// The credential of an `Authorization: Bearer …` header (RFC 6750, section 2.1).
enum BearerToken {
    /// - Returns: nil when there is no such header, or more than one.
    static func read(from request: Request) -> String? {
        let values = request.headers[values: .authorization]
        guard values.count == 1 else { return nil }
        let parts = values[0].split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1]).trimmed
    }
}
