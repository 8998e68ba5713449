import Foundation
import RelayDomain
import RelayStore

/// Books of a thousand customers who have paid and spent, written by few statements, as the ledger would have left them.
struct BooksFiller {
    let dialect: SQLDialect

    static let accounts: Int64 = 1_000
    static let start = Timestamp(rfc3339: "2026-11-23T00:00:00Z")!
    static let end = Timestamp(rfc3339: "2026-11-23T23:00:00Z")!
    private static let upstreamUsage = Usage(tokens: Tokens(input: 100, output: 50), source: .reported)
    /// In thousandths of a credit.
    private static let recharged: Int64 = 1_000_000_000_000
    private static let charge: Int64 = 150_000
    /// Requests in one transaction: no statement takes longer than the relay lets one take.
    private static let pageCount: Int64 = 50_000

    static let ledger = Ledger(
        catalogue: Catalogue(
            models: Catalogue.builtInModels,
            plans: [
                Plan(
                    id: "large", name: "Large", price: Credits(1), credits: Credits(1),
                    allowances: Tokens(input: 1 << 40, output: 1 << 40, cachedRead: 1 << 40), capTokens: 1 << 42, contextTokens: 256_000,
                    maxOutputTokens: 8_000, requestsPerMinute: 1_000_000, concurrency: 1_000, highCostBudget: Credits(1_000_000_000),
                    route: ["gpt-5.2"])
            ], servedModels: ["gpt-5.2"]))

    static func newRequest() -> RequestID { RequestID(high: UInt64(end.milliseconds) << 16, low: .random(in: .min ... .max)) }

    static func admission(_ request: RequestID, by wallet: Int64) -> Command {
        .admit(
            AdmissionRequest(
                request: request, secret: PresentedKey(account: account(wallet), hash: hash(wallet)), endpoint: "/v1/chat/completions",
                isStream: false, model: .named("gpt-5.2"), input: InputCount(tokens: 100, isFinal: true), askedOutputTokens: 100,
                choices: 1,
                clientRetryCount: 0, at: end))
    }

    static func settlement(_ request: RequestID, of wallet: Int64) -> Command {
        .end(
            HoldEnding(
                request: request, account: account(wallet), outcome: .settle(upstreamUsage),
                facts: ExchangeFacts(
                    attempts: [Attempt(upstream: "u", model: "gpt-5.2", outcome: .answered, status: 200, milliseconds: 5)], milliseconds: 9),
                at: end))
    }

    private static func account(_ wallet: Int64) -> AccountID { AccountID("acc_" + digits(wallet))! }
    private static func hash(_ wallet: Int64) -> KeyHash { KeyHash(bytes: Array(digits(wallet).utf8) + Array("000000".utf8)) }
    private static func digits(_ number: Int64) -> String { String(repeating: "0", count: 26 - "\(number)".count) + "\(number)" }

    func fill(_ store: any LedgerStore, receipts: Int64) throws {
        let session = store.writerSession()
        let spent = receipts / Self.accounts
        try session.transaction {
            for statement in people(spent) { try session.execute(SQLStatement(statement)) }
        }
        let total = spent * Self.accounts
        for first in stride(from: 0, to: total, by: Int(Self.pageCount)) {
            try session.transaction {
                for statement in requests(from: first, to: min(first + Self.pageCount, total)) {
                    try session.execute(SQLStatement(statement))
                }
            }
        }
        try session.transaction {
            try session.execute(SQLStatement(Self.totals))
            // What a server that had seen the books grow would know of them.
            if dialect == .postgres {
                let tables = "accounts, wallets, keys, orders, transfers, receipts, usage_totals, unsealed_batches"
                try session.execute(SQLStatement("ANALYZE \(tables)"))
            }
        }
    }

    private func numbers(from first: Int64 = 0, to end: Int64) -> String {
        """
        WITH RECURSIVE n (i) AS (
          SELECT \(integer("\(first)")) WHERE \(first) < \(end) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(end)
        )
        """
    }

    private func integer(_ expression: String) -> String { "CAST(\(expression) AS \(dialect == .sqlite ? "INTEGER" : "BIGINT"))" }

    /// The 26 digits of an identifier.
    private func identifier(_ expression: String) -> String {
        dialect == .sqlite ? "printf('%026d', \(expression))" : "lpad(CAST(\(expression) AS TEXT), 26, '0')"
    }

    private func bytes(_ expression: String) -> String {
        dialect == .sqlite ? "CAST(\(expression) AS BLOB)" : "convert_to(\(expression), 'UTF8')"
    }

    private func people(_ spent: Int64) -> [String] {
        let (accounts, start, recharged, charge) = (Self.accounts, Self.start, Self.recharged, Self.charge)
        let each = numbers(to: accounts)
        let id = identifier("i")
        return [
            "\(each) INSERT INTO accounts (id, email, name, created_at) SELECT 'acc_' || \(id), i || '@example.com', '', \(start.milliseconds) FROM n",
            """
            \(each) INSERT INTO wallets (account, plan, posted, held, open_holds, month, input_used, output_used, cached_used, input_held,
              output_held, high_cost_used, high_cost_held, last_transfer)
            SELECT 'acc_' || \(id), 'large', \(recharged - spent * charge), 0, 0, \(start.month.number), \(spent * 100), \(spent * 50), 0, 0, 0, 0, 0,
              \(spent + 1) FROM n
            """,
            """
            \(each) INSERT INTO keys (hash, id, account, name, display_prefix, created_at)
            SELECT \(bytes("\(id) || '000000'")), 'key_' || \(id), 'acc_' || \(id), '', '', \(start.milliseconds) FROM n
            """,
            """
            \(each) INSERT INTO orders (id, account, plan, price, credits, created_at, state, credited_at)
            SELECT 'rch_' || \(id), 'acc_' || \(id), 'large', 1, \(recharged), \(start.milliseconds), 'credited', \(start.milliseconds) FROM n
            """,
            """
            \(each) INSERT INTO transfers (id, wallet, number, kind, debit, credit, amount, balance_after, at)
            SELECT 'rch_' || \(id) || ':credit', 'acc_' || \(id), 1, 'recharge', 'cash:manual', 'acc_' || \(id), \(recharged), \(recharged),
              \(start.milliseconds) FROM n
            """,
            "INSERT INTO unsealed_batches (first_entry, entries) SELECT id, id FROM transfers",
            """
            INSERT INTO house_accounts (name, posted) VALUES ('cash:manual', \(-accounts * recharged)),
              ('revenue', \(accounts * spent * charge))
            """,
        ]
    }

    /// Of the customers in turn, a millisecond apart.
    private func requests(from first: Int64, to end: Int64) -> [String] {
        let (accounts, start, recharged, charge) = (Self.accounts, Self.start, Self.recharged, Self.charge)
        let each = numbers(from: first, to: end)
        let (id, wallet, number) = (identifier("i"), identifier("i % \(accounts)"), "(i / \(accounts) + 1)")
        let (balance, ended) = ("\(recharged) - \(number) * \(charge)", "\(start.milliseconds) + i + 900")
        let attempts = ["u", "gpt-5.2", "answered", "200", "900"].joined(separator: "\t")
        return [
            """
            \(each) INSERT INTO receipts (request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost,
              input_price, output_price, cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, state, ended_at,
              input, output, cached_read, reasoning, source, charged, absorbed, balance_after, attempts, milliseconds, client_disconnected,
              input_metered, output_metered, cached_metered)
            SELECT 'req_' || \(id), 'acc_' || \(wallet), 'key_' || \(wallet), \(start.milliseconds) + i, \(start.month.number),
              '/v1/chat/completions', 1, 'gpt-5.2', 'gpt-5.2', 0, 1000000000, 1000000000, 100000000, 200000, 100, 100, 100, 0, 'settled',
              \(ended), 100, 50, 0, 0, 'reported', \(charge), 0, \(balance), '\(attempts)', 900, 0, 100, 50, 0 FROM n
            """,
            """
            \(each) INSERT INTO transfers (id, wallet, number, kind, debit, credit, amount, balance_after, at)
            SELECT 'req_' || \(id) || ':settle', 'acc_' || \(wallet), \(number) + 1, 'charge', 'acc_' || \(wallet), 'revenue', \(charge),
              \(balance), \(ended) FROM n
            """,
            """
            \(each) INSERT INTO unsealed_batches (first_entry, entries)
            SELECT 'req_' || \(id) || ':settle', 'req_' || \(id) || ':settle' FROM n
            """,
        ]
    }

    private static let totals = """
        INSERT INTO usage_totals (account, day, model, key, requests, input, output, cached_read, credits)
        SELECT account, created_at / 86400000, model, key, count(*), sum(input_metered), sum(output_metered), sum(cached_metered),
          sum(charged) FROM receipts GROUP BY account, created_at / 86400000, model, key
        """
}
