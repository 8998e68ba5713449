import RelayDomain

/// An invariant as a query: each row that it returns is a finding, in words.
struct Invariant: Sendable {
    let name: String
    let count: SQLStatement
    let findings: SQLStatement
    let isTimed: Bool

    /// - Parameters:
    ///   - tables: what is looked at, each with a condition where not all of it is.
    ///   - findings: a query of one text column, `finding`.
    ///   - postgres: its words for PostgreSQL, where they differ.
    ///   - isTimed: whether `$1` is the relay's time, in milliseconds.
    init(_ name: String, over tables: [String], postgres: String? = nil, isTimed: Bool = false, _ findings: String) {
        self.name = name
        count = SQLStatement("SELECT " + tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: " + "))
        self.findings = SQLStatement(Self.limited(findings), postgres: postgres.map(Self.limited))
        self.isTimed = isTimed
    }

    private static func limited(_ findings: String) -> String {
        "SELECT finding FROM (\(findings)) AS found LIMIT \(Reconciliation.findingLimit)"
    }

    func check(on session: any SQLSession, at time: Timestamp?) throws -> Reconciliation.Check {
        let examined = try session.rows(count) { $0.integer(0) }.first ?? 0
        let found = try session.rows(findings, bind: { if isTimed { $0.append(time) } }, { $0.text(0) })
        return Reconciliation.Check(name: name, examined: examined, findings: found)
    }

    static let all: [Invariant] = [journal, people, flight, meters, answers, recharges, payments, events, archives, nodes].flatMap(\.self)
}
