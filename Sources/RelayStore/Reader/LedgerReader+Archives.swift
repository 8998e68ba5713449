public import RelayDomain

/// Where the receipts of a day have gone.
public struct ArchivePlace: Hashable, Sendable {
    /// `2026-11-23`, UTC.
    public let dayText: String
    public let file: String
}

extension LedgerReader {
    /// Where the receipt of a request that has none any more must be looked for.
    /// - Returns: nil where the receipts of its day are all in the database.
    public func archive(of request: RequestID) async throws -> ArchivePlace? {
        let day = request.time.day
        return try await source.read { session in
            try session.rows(places, bind: { $0.append(day) }, { ArchivePlace(dayText: Timestamp(day: day).dayText, file: $0.text(0)) })
                .first
        }
    }
}

private let places = SQLStatement("SELECT file FROM archives WHERE day = $1 AND state <> 'writing' ORDER BY part LIMIT 1")

extension Identifier {
    /// The moment that is in it.
    fileprivate var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }
}
