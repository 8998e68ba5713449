import RelayDomain

/// What receipts of one account, day, month, model and key come to, once they are in an archive.
struct ArchivedSum {
    struct Key: Hashable {
        let account: AccountID
        let day: Int64
        /// The day of the charge, by which statements count.
        let endedDay: Int64
        let month: Month
        let model: String
        let key: KeyID
    }

    var receipts: Int64 = 0
    /// Settled ones that were no replays: what `usage_totals` counts.
    var requests: Int64 = 0
    var metered = Tokens.zero
    /// Those that cost something: each has its transfer.
    var charges: Int64 = 0
    var charged = Credits.zero
    var highCostCharged = Credits.zero
    var keyCountedCharged = Credits.zero
    var first: RequestID
    var last: RequestID

    init(_ request: RequestID) {
        first = request
        last = request
    }
}

/// Removes receipts that are in an archive, and adds them to the sums, in one transaction.
struct ArchivePruning {
    let claim: ArchiveClaim

    /// - Parameter requests: those that are gone already are passed over.
    /// - Throws: ``RetentionFailure`` where the claim is another node's by now.
    func run(_ requests: [RequestID], on session: any SQLSession) throws {
        guard try session.rows(Statements.keep, bind: claim.appendKey, { _ in true }).first == true else { throw ArchiveStatements.lost }
        var sums: [ArchivedSum.Key: ArchivedSum] = [:]
        var found: [RequestID] = []
        try session.query(Statements.read, count: requests.count, bind: { $1.append(requests[$0]) }) { row in
            let request: RequestID = try row.identifier(0)
            try add(row, request, to: &sums)
            found.append(request)
        }
        let ordered = Array(sums)
        try session.execute(Statements.addSum, count: ordered.count) { index, row in
            write(ordered[index].key, ordered[index].value, to: &row)
        }
        let doubled = StoreFailure(.constraint, "a receipt was removed twice")
        try session.execute(Statements.remove, count: found.count, otherwise: doubled) { $1.append(found[$0]) }
    }

    private func add(_ row: any SQLRow, _ request: RequestID, to sums: inout [ArchivedSum.Key: ArchivedSum]) throws {
        let created = row.time(3)
        guard created.day == claim.day else {
            throw StoreFailure(.corrupt, "\(request) is of \(created.dayText), and in the archive of \(Timestamp(day: claim.day).dayText)")
        }
        let key = ArchivedSum.Key(
            account: try row.identifier(1), day: created.day, endedDay: row.time(4).day, month: Month(number: row.integer(5)),
            model: row.text(6), key: try row.identifier(2))
        let charged = row.credits(11)
        var sum = sums[key] ?? ArchivedSum(request)
        sum.receipts += 1
        if row.text(7) == Receipt.State.settled.rawValue, row.isNull(14) { sum.requests += 1 }
        sum.metered.input += row.integer(8)
        sum.metered.output += row.integer(9)
        sum.metered.cachedRead += row.integer(10)
        sum.charged += charged
        if charged > .zero { sum.charges += 1 }
        if row.integer(12) != 0 { sum.highCostCharged += charged }
        if row.integer(13) != 0 { sum.keyCountedCharged += charged }
        sum.first = min(sum.first, request)
        sum.last = max(sum.last, request)
        sums[key] = sum
    }

    private func write(_ key: ArchivedSum.Key, _ sum: ArchivedSum, to row: inout SQLParameters) {
        row.append(key.account)
        row.append(key.day)
        row.append(key.endedDay)
        row.append(key.month)
        row.append(key.model)
        row.append(key.key)
        row.append(sum.receipts)
        row.append(sum.requests)
        row.append(sum.metered.input)
        row.append(sum.metered.output)
        row.append(sum.metered.cachedRead)
        row.append(sum.charges)
        row.append(sum.charged)
        row.append(sum.highCostCharged)
        row.append(sum.keyCountedCharged)
        row.append(sum.first)
        row.append(sum.last)
    }

    private enum Statements {
        /// Locks the row too, where the database has such locks.
        static let keep = SQLStatement(
            "UPDATE archives SET epoch = epoch WHERE day = $1 AND part = $2 AND epoch = $3 AND state = 'written' RETURNING day")
        static let read = SQLStatement.read(
            """
            request, account, key, created_at, ended_at, month, model, state, input_metered, output_metered, cached_metered, charged, \
            high_cost, key_counted, replayed_from
            """, from: "receipts", by: "request", locking: .forUpdate)
        static let remove = SQLStatement.delete(from: "receipts", by: "request")

        private static let added = [
            "receipts", "requests", "input", "output", "cached_read", "charges", "charged", "high_cost_charged", "key_counted_charged",
        ]
        private static let key = "account, day, ended_day, month, model, key"
        static let addSum = SQLStatement.insert(
            into: "archived_sums", "\(key), \(added.joined(separator: ", ")), first_request, last_request",
            onConflict: "(\(key)) DO UPDATE SET "
                + (added.map { "\($0) = archived_sums.\($0) + excluded.\($0)" } + [
                    bound("first_request", "<"), bound("last_request", ">"),
                ]).joined(separator: ", "))

        private static func bound(_ column: String, _ order: String) -> String {
            "\(column) = CASE WHEN excluded.\(column) \(order) archived_sums.\(column) THEN excluded.\(column) ELSE archived_sums.\(column) END"
        }
    }
}
