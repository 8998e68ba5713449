public import RelayDomain

extension LedgerReader {
    public func review(_ id: ReviewID) async throws -> Review? {
        try await source.read { try $0.rows(Statements.review, bind: { $0.append(id) }, Review.init(row:)).first }
    }

    /// The review queue, newest first.
    /// - Parameter onlyOpen: whether what was resolved is left out.
    public func reviews(onlyOpen: Bool, limit: Int, after: String?) async throws -> Page<Review> {
        let rows = try await source.read { session in
            try session.rows(
                onlyOpen ? Statements.open : Statements.all,
                bind: {
                    $0.append(after ?? "~")
                    $0.append(Int64(limit + 1))
                }, Review.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }
}

private enum Statements {
    static let review = SQLStatement("SELECT \(Review.columns) FROM reviews WHERE id = $1")
    static let all = SQLStatement("SELECT \(Review.columns) FROM reviews WHERE id < $1 ORDER BY id DESC LIMIT $2")
    static let open = SQLStatement("SELECT \(Review.columns) FROM reviews WHERE state = 'open' AND id < $1 ORDER BY id DESC LIMIT $2")
}
