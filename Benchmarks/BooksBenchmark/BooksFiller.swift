import Foundation
import RelayDomain
import RelayStore
import RelayStoreSQLite

/// Books of a thousand customers who have paid and spent, written by few statements, as the ledger would have left them.
enum BooksFiller {
    static let accounts: Int64 = 1_000
    static let start = Timestamp(rfc3339: "2026-11-23T00:00:00Z")!
    static let end = Timestamp(rfc3339: "2026-11-23T23:00:00Z")!
    private static let upstreamUsage = Usage(tokens: Tokens(input: 100, output: 50), source: .reported)
    /// In thousandths of a credit.
    private static let recharged: Int64 = 1_000_000_000_000
    private static let charge: Int64 = 150_000

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

    static func fill(_ store: SQLiteStore, receipts: Int64) throws {
        let session = store.writerSession()
        let spent = receipts / accounts
        try session.transaction {
            for statement in people(spent) + requests(spent) { try session.execute(SQLStatement(statement)) }
        }
    }

    private static func numbers(_ name: String, _ count: Int64) -> String {
        "WITH RECURSIVE \(name) (i) AS (SELECT 0 WHERE \(count) > 0 UNION ALL SELECT i + 1 FROM \(name) WHERE i + 1 < \(count))"
    }

    private static func people(_ spent: Int64) -> [String] {
        let each = numbers("n", accounts)
        let id = "printf('%026d', i)"
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
            SELECT CAST(\(id) || '000000' AS BLOB), 'key_' || \(id), 'acc_' || \(id), '', '', \(start.milliseconds) FROM n
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
            """
            INSERT INTO house_accounts (name, posted) VALUES ('cash:manual', \(-accounts * recharged)),
              ('revenue', \(accounts * spent * charge))
            """,
        ]
    }

    /// Of the customers in turn, a millisecond apart.
    private static func requests(_ spent: Int64) -> [String] {
        let each = numbers("n", spent * accounts)
        let (id, wallet, number) = ("printf('%026d', i)", "printf('%026d', i % \(accounts))", "(i / \(accounts) + 1)")
        return [
            """
            \(each) INSERT INTO receipts (request, account, key, created_at, month, endpoint, stream, requested_model, model, high_cost,
              input_price, output_price, cached_price, held, input_held, output_held, max_output_tokens, client_retry_count, state, ended_at,
              input, output, cached_read, reasoning, source, charged, absorbed, balance_after, attempts, milliseconds, client_disconnected,
              input_metered, output_metered, cached_metered)
            SELECT 'req_' || \(id), 'acc_' || \(wallet), 'key_' || \(wallet), \(start.milliseconds) + i, \(start.month.number),
              '/v1/chat/completions', 1, 'gpt-5.2', 'gpt-5.2', 0, 1000000000, 1000000000, 100000000, 200000, 100, 100, 100, 0, 'settled',
              \(start.milliseconds) + i + 900, 100, 50, 0, 0, 'reported', \(charge), 0, \(recharged) - \(number) * \(charge),
              'u' || char(9) || 'gpt-5.2' || char(9) || 'answered' || char(9) || '200' || char(9) || '900', 900, 0, 100, 50, 0 FROM n
            """,
            """
            INSERT INTO transfers (id, wallet, number, kind, debit, credit, amount, balance_after, at)
            SELECT request || ':settle', account, (\(recharged) - balance_after) / \(charge) + 1, 'charge', account, 'revenue', charged,
              balance_after, ended_at FROM receipts
            """,
            """
            INSERT INTO usage_totals (account, day, model, key, requests, input, output, cached_read, credits)
            SELECT account, created_at / 86400000, model, key, count(*), sum(input_metered), sum(output_metered), sum(cached_metered),
              sum(charged) FROM receipts GROUP BY account, created_at / 86400000, model, key
            """,
            "INSERT INTO unsealed_batches (first_entry, entries) SELECT id, id FROM transfers",
        ]
    }
}
