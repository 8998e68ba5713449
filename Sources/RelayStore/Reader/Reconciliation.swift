/// What the books must satisfy at every moment, checked on one snapshot while the relay serves.
public struct Reconciliation: Sendable {
    /// One invariant, and the rows that break it.
    public struct Check: Sendable {
        public let name: String
        /// Rows that were looked at.
        public let examined: Int64
        /// A line for each row that is wrong, at most ``Reconciliation/findingLimit``.
        public let findings: [String]

        public var isSatisfied: Bool { findings.isEmpty }
    }

    /// Findings that are listed for each check.
    public static let findingLimit = 100

    public let checks: [Check]

    public var isSatisfied: Bool { checks.allSatisfy(\.isSatisfied) }
}

extension LedgerReader {
    /// Runs every invariant. Read-only; finds and names, never repairs.
    public func reconcile() async throws -> Reconciliation {
        try await source.read { session in
            Reconciliation(
                checks: try Invariant.all.map { invariant in
                    let examined = try session.rows(invariant.count) { $0.integer(0) }.first ?? 0
                    let findings = try session.rows(invariant.findings) { $0.text(0) }
                    return Reconciliation.Check(name: invariant.name, examined: examined, findings: findings)
                })
        }
    }
}

/// An invariant as a query: each row that it returns is a finding, in words.
private struct Invariant: Sendable {
    let name: String
    let count: SQLStatement
    let findings: SQLStatement

    /// - Parameter findings: a query of one text column.
    init(_ name: String, over table: String, _ findings: String) {
        self.name = name
        count = SQLStatement("SELECT count(*) FROM \(table)")
        self.findings = SQLStatement("SELECT finding FROM (\(findings)) AS found LIMIT \(Reconciliation.findingLimit)")
    }

    static let all: [Invariant] = money + flight + answers + recharges + archives

    private static let money = [
        Invariant(
            "wallets equal their journal", over: "wallets",
            """
            SELECT w.account || ': posted ' || w.posted || ', journal ' || coalesce(j.total, 0) AS finding FROM wallets w
            LEFT JOIN (
              SELECT wallet, sum(CASE WHEN credit = wallet THEN amount WHEN debit = wallet THEN -amount ELSE 0 END) AS total
              FROM transfers GROUP BY wallet
            ) j ON j.wallet = w.account
            WHERE w.posted <> coalesce(j.total, 0)
            """),
        Invariant(
            "operator accounts equal the journal", over: "house_accounts",
            """
            SELECT name || ': posted ' || posted || ', journal ' || total AS finding FROM (
              SELECT h.name, h.posted, coalesce((SELECT sum(amount) FROM transfers WHERE credit = h.name), 0)
                - coalesce((SELECT sum(amount) FROM transfers WHERE debit = h.name), 0) AS total
              FROM house_accounts h
            ) AS house WHERE posted <> total
            """),
        Invariant(
            "debits equal credits", over: "transfers",
            """
            SELECT 'wallets and operator accounts add up to ' || total AS finding FROM (
              SELECT coalesce((SELECT sum(posted) FROM wallets), 0) + coalesce((SELECT sum(posted) FROM house_accounts), 0) AS total
            ) AS sums WHERE total <> 0
            """),
        Invariant(
            "no wallet owes", over: "wallets",
            "SELECT account || ': posted ' || posted || ', held ' || held AS finding FROM wallets WHERE held > posted OR held < 0"),
        Invariant(
            "journals have no gaps", over: "transfers",
            """
            SELECT w.account || ': last number ' || w.last_transfer || ', entries ' || coalesce(j.entries, 0) AS finding FROM wallets w
            LEFT JOIN (SELECT wallet, count(*) AS entries, max(number) AS last FROM transfers GROUP BY wallet) j ON j.wallet = w.account
            WHERE w.last_transfer <> coalesce(j.entries, 0) OR w.last_transfer <> coalesce(j.last, 0)
            """),
        Invariant(
            "balances run on", over: "transfers",
            """
            SELECT id || ': balance after ' || balance_after || ', expected ' || running AS finding FROM (
              SELECT id, balance_after, sum(CASE WHEN credit = wallet THEN amount WHEN debit = wallet THEN -amount ELSE 0 END)
                OVER (PARTITION BY wallet ORDER BY number) AS running FROM transfers
            ) AS runs WHERE balance_after <> running
            """),
    ]

    private static let flight = [
        Invariant(
            "held credits and slots equal the open holds", over: "wallets",
            """
            SELECT w.account || ': held ' || w.held || ' in ' || w.open_holds || ', open ' || coalesce(h.credits, 0) || ' in '
              || coalesce(h.holds, 0) AS finding FROM wallets w
            LEFT JOIN (SELECT account, sum(held) AS credits, count(*) AS holds FROM holds GROUP BY account) h ON h.account = w.account
            WHERE w.held <> coalesce(h.credits, 0) OR w.open_holds <> coalesce(h.holds, 0)
            """),
        Invariant(
            "held tokens equal the month's open holds", over: "wallets",
            """
            SELECT w.account || ': held ' || w.input_held || ' and ' || w.output_held || ' tokens' AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(input_held) AS input, sum(output_held) AS output FROM holds GROUP BY account, month
            ) h ON h.account = w.account AND h.month = w.month
            WHERE w.input_held <> coalesce(h.input, 0) OR w.output_held <> coalesce(h.output, 0)
            """),
        Invariant(
            "a request is open or ended", over: "holds",
            "SELECT h.request || ': open and ended' AS finding FROM holds h JOIN receipts r ON r.request = h.request"),
        Invariant(
            "each settled receipt has its one charge", over: "receipts",
            """
            SELECT r.request || ': charged ' || r.charged || ', journal ' || coalesce(t.amount, 0) AS finding FROM receipts r
            LEFT JOIN transfers t ON t.id = r.request || ':settle' AND t.kind = 'charge' AND t.debit = r.account
            WHERE r.charged <> coalesce(t.amount, 0)
            """),
        Invariant(
            "no charge without a receipt", over: "transfers",
            ArchiveChecks.strayCharges),
        Invariant(
            "high-cost credits equal the month's requests", over: "wallets",
            """
            SELECT w.account || ': high-cost used ' || w.high_cost_used || ', held ' || w.high_cost_held AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(high_cost_charged) AS used FROM \(ArchiveChecks.ended) GROUP BY account, month
            ) r ON r.account = w.account AND r.month = w.month
            LEFT JOIN (SELECT account, month, sum(held) AS held FROM holds WHERE high_cost = 1 GROUP BY account, month) h
              ON h.account = w.account AND h.month = w.month
            WHERE w.high_cost_used <> coalesce(r.used, 0) OR w.high_cost_held <> coalesce(h.held, 0)
            """),
        Invariant(
            "a key's counters equal its requests", over: "keys",
            """
            SELECT k.id || ': in flight ' || k.open_holds || ', used ' || k.used || ', held ' || k.held AS finding FROM keys k
            LEFT JOIN (
              SELECT key, month, sum(key_counted_charged) AS used FROM \(ArchiveChecks.ended) GROUP BY key, month
            ) r ON r.key = k.id AND r.month = k.month
            LEFT JOIN (SELECT key, month, sum(held) AS held FROM holds WHERE key_counted = 1 GROUP BY key, month) h
              ON h.key = k.id AND h.month = k.month
            LEFT JOIN (SELECT key, count(*) AS holds FROM holds WHERE key_counted = 1 GROUP BY key) o ON o.key = k.id
            WHERE k.open_holds <> coalesce(o.holds, 0) OR k.used <> coalesce(r.used, 0) OR k.held <> coalesce(h.held, 0)
            """),
        Invariant(
            "meters equal the month's receipts", over: "wallets",
            """
            SELECT w.account || ': used ' || w.input_used || ', ' || w.output_used || ', ' || w.cached_used AS finding FROM wallets w
            LEFT JOIN (
              SELECT account, month, sum(input) AS input, sum(output) AS output, sum(cached_read) AS cached
              FROM \(ArchiveChecks.ended) GROUP BY account, month
            ) r ON r.account = w.account AND r.month = w.month
            WHERE w.input_used <> coalesce(r.input, 0) OR w.output_used <> coalesce(r.output, 0) OR w.cached_used <> coalesce(r.cached, 0)
            """),
        Invariant(
            "meters count what was reported, at most what was held", over: "receipts",
            """
            SELECT request || ': metered ' || input_metered || ', ' || output_metered || ', ' || cached_metered AS finding FROM receipts
            WHERE cached_metered > cached_read
              OR output_metered <> (CASE WHEN state <> 'settled' OR source = 'none' THEN 0 WHEN output < output_held THEN output ELSE output_held END)
              OR input_metered + cached_metered <> (CASE WHEN state <> 'settled' OR source = 'none' THEN 0
                WHEN input + cached_read < input_held THEN input + cached_read ELSE input_held END)
            """),
        Invariant(
            "usage totals equal the receipts", over: "usage_totals",
            """
            SELECT account || ': day ' || day || ', ' || model || ', ' || key || ': ' || sum(requests) || ' requests, ' || sum(credits)
              || ' credits beyond the receipts' AS finding
            FROM (
              SELECT account, day, model, key, requests, input, output, cached_read, credits FROM usage_totals
              UNION ALL
              SELECT account, day, model, key, -requests, -input, -output, -cached_read, -charged FROM \(ArchiveChecks.ended)
            ) AS both_sides
            GROUP BY account, day, model, key
            HAVING sum(requests) <> 0 OR sum(input) <> 0 OR sum(output) <> 0 OR sum(cached_read) <> 0 OR sum(credits) <> 0
            """),
    ]

    private static let answers = [
        Invariant(
            "idempotency keys that run are of open requests", over: "answers",
            """
            SELECT a.account || ': ' || a.request || ' does not run' AS finding FROM answers a
            LEFT JOIN holds h ON h.request = a.request AND h.account = a.account AND h.idempotency_key = a.idempotency_key
            WHERE a.state = 'running' AND h.request IS NULL
            """),
        Invariant(
            "replays cost nothing and name what they repeat", over: "receipts",
            """
            SELECT p.request || ': replay of ' || p.replayed_from AS finding FROM receipts p
            LEFT JOIN receipts r ON r.request = p.replayed_from AND r.account = p.account AND r.state = 'settled'
            WHERE p.replayed_from IS NOT NULL
              AND (r.request IS NULL AND NOT \(ArchiveChecks.replayIsOfArchive) OR p.charged <> 0 OR p.held <> 0)
            """),
    ]

    private static let recharges = [
        Invariant(
            "each credited order has its one entry", over: "orders",
            """
            SELECT o.id || ': ' || o.state || ', journal ' || coalesce(t.amount, 0) AS finding FROM orders o
            LEFT JOIN transfers t ON t.id = o.id || ':credit' AND t.kind = 'recharge' AND t.credit = o.account
            WHERE (CASE WHEN o.state = 'credited' THEN o.credits ELSE 0 END) <> coalesce(t.amount, 0)
            """),
        Invariant(
            "no recharge without an order", over: "transfers",
            """
            SELECT t.id || ': no order' AS finding FROM transfers t
            LEFT JOIN orders o ON o.id = substr(t.id, 1, 30) AND t.id = o.id || ':credit'
            WHERE t.kind = 'recharge' AND o.id IS NULL
            """),
    ]

    private static let archives = [
        Invariant("charges of archived requests equal the archives", over: "archived_sums", ArchiveChecks.archivedCharges),
        Invariant("archives hold what was removed", over: "archives", ArchiveChecks.removed),
    ]
}
