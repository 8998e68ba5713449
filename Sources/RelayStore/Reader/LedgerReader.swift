public import RelayDomain

/// A page of a list, newest first.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    /// Where the next page starts; nil when there is none.
    public let next: String?

    /// - Parameter items: one more than `limit` when there is a next page.
    init(_ items: [Item], limit: Int, cursor: (Item) -> String) {
        self.items = Array(items.prefix(limit))
        next = items.count > limit ? self.items.last.map(cursor) : nil
    }
}

/// Reads the books, each call on a snapshot of its own. Never sees what is not durable.
public struct LedgerReader: Sendable {
    let source: any ReadSource
    let journalCode: MessageCode?

    /// - Parameter journalCode: what the journal's seals are made with; nil where they need not be verified.
    public init(source: any ReadSource, journalCode: MessageCode? = nil) {
        self.source = source
        self.journalCode = journalCode
    }

    public func account(_ id: AccountID) async throws -> (Account, Wallet)? {
        try await source.read { session in
            try session.rows(Statements.account, bind: { $0.append(id) }, Self.accountAndWallet).first
        }
    }

    /// - Parameter after: the id that the page before ended with.
    public func accounts(limit: Int, after: String?) async throws -> Page<(Account, Wallet)> {
        let rows = try await source.read { session in
            try session.rows(
                Statements.accounts,
                bind: {
                    $0.append(after ?? Self.end)
                    $0.append(Int64(limit + 1))
                }, Self.accountAndWallet)
        }
        return Page(rows, limit: limit) { $0.0.id.description }
    }

    /// The wallet of a key that is neither revoked nor expired.
    public func authenticate(_ key: PresentedKey, at time: Timestamp) async throws -> (Key, Account, Wallet)? {
        try await source.read { session in
            guard let found = try session.rows(Statements.keyByHash, bind: { $0.append(key.hash) }, Key.init(row:)).first,
                found.account == key.account, found.isValid(at: time),
                let (account, wallet) = try session.rows(Statements.account, bind: { $0.append(key.account) }, Self.accountAndWallet).first
            else { return nil }
            return (found, account, wallet)
        }
    }

    public func key(_ id: KeyID) async throws -> Key? {
        try await source.read { try $0.rows(Statements.key, bind: { $0.append(id) }, Key.init(row:)).first }
    }

    /// - Parameter account: nil for the keys of all.
    public func keys(of account: AccountID?, limit: Int, after: String?) async throws -> Page<Key> {
        let rows = try await source.read { session in
            try session.rows(Statements.keys.statement(of: account), bind: { Self.bindPage(account, limit, after, &$0) }, Key.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    public func order(_ id: OrderID) async throws -> RechargeOrder? {
        try await source.read { try $0.rows(Statements.order, bind: { $0.append(id) }, RechargeOrder.init(row:)).first }
    }

    public func orders(of account: AccountID?, limit: Int, after: String?) async throws -> Page<RechargeOrder> {
        let rows = try await source.read { session in
            try session.rows(
                Statements.orders.statement(of: account), bind: { Self.bindPage(account, limit, after, &$0) }, RechargeOrder.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    /// The receipt of a request, in flight or ended.
    public func receipt(_ id: RequestID) async throws -> Receipt? {
        try await source.read { session in
            try session.rows(Statements.receipt, bind: { $0.append(id) }, Receipt.init(row:)).first
                ?? session.rows(Statements.hold, bind: { $0.append(id) }, { Receipt(open: try Hold(row: $0)) }).first
        }
    }

    /// Requests in flight and ended ones together, newest first.
    /// - Parameter since: only requests that came at or after it.
    public func receipts(of account: AccountID, since: Timestamp?, limit: Int, after: String?) async throws -> Page<Receipt> {
        let bind: @Sendable (inout SQLParameters) -> Void = {
            $0.append(account)
            $0.append(after ?? Self.end)
            $0.append(since?.milliseconds ?? .min)
            $0.append(Int64(limit + 1))
        }
        let rows = try await source.read { session in
            let ended = try session.rows(Statements.receipts, bind: bind, Receipt.init(row:))
            let open = try session.rows(Statements.holds, bind: bind) { Receipt(open: try Hold(row: $0)) }
            return (ended + open).sorted { $0.hold.request > $1.hold.request }
        }
        return Page(Array(rows.prefix(limit + 1)), limit: limit) { $0.hold.request.description }
    }

    /// Sorts after every identifier.
    private static let end = "~"

    private static func bindPage(_ account: AccountID?, _ limit: Int, _ after: String?, _ parameters: inout SQLParameters) {
        parameters.append(after ?? end)
        parameters.append(Int64(limit + 1))
        if let account { parameters.append(account) }
    }

    private static func accountAndWallet(_ row: any SQLRow) throws -> (Account, Wallet) {
        (try Account(row: row), try Wallet(row: OffsetRow(row: row, offset: 4)))
    }
}

/// A row seen from a later column on.
private struct OffsetRow: SQLRow {
    let row: any SQLRow
    let offset: Int

    func integer(_ column: Int) -> Int64 { row.integer(column + offset) }
    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> { row.bytes(column + offset) }
    func isNull(_ column: Int) -> Bool { row.isNull(column + offset) }
}

private enum Statements {
    private static let accountColumns =
        Account.columns.split(separator: ", ").map { "accounts.\($0)" }.joined(separator: ", ") + ", " + Wallet.columns
    private static let accountJoin = "FROM accounts JOIN wallets ON wallets.account = accounts.id"

    static let account = SQLStatement("SELECT \(accountColumns) \(accountJoin) WHERE accounts.id = $1")
    static let accounts = SQLStatement(
        "SELECT \(accountColumns) \(accountJoin) WHERE accounts.id < $1 ORDER BY accounts.id DESC LIMIT $2")
    static let key = SQLStatement("SELECT \(Key.columns) FROM keys WHERE id = $1")
    static let keyByHash = SQLStatement("SELECT \(Key.columns) FROM keys WHERE hash = $1")
    static let keys = Listing("keys", Key.columns)
    static let order = SQLStatement("SELECT \(RechargeOrder.columns) FROM orders WHERE id = $1")
    static let orders = Listing("orders", RechargeOrder.columns)
    static let receipt = SQLStatement("SELECT \(Receipt.columns) FROM receipts WHERE request = $1")
    static let hold = SQLStatement("SELECT \(Hold.columns) FROM holds WHERE request = $1")
    static let receipts = requests("receipts", Receipt.columns)
    static let holds = requests("holds", Hold.columns)

    /// Pages of a table's rows, of one account or of all: a parameter that may be null would hide the index.
    struct Listing {
        private let ofAll: SQLStatement
        private let ofAccount: SQLStatement

        init(_ table: String, _ columns: String) {
            func page(_ condition: String) -> SQLStatement {
                SQLStatement("SELECT \(columns) FROM \(table) WHERE \(condition)id < $1 ORDER BY id DESC LIMIT $2")
            }
            ofAll = page("")
            ofAccount = page("account = $3 AND ")
        }

        func statement(of account: AccountID?) -> SQLStatement { account == nil ? ofAll : ofAccount }
    }

    private static func requests(_ table: String, _ columns: String) -> SQLStatement {
        SQLStatement(
            """
            SELECT \(columns) FROM \(table) WHERE account = $1 AND request < $2 AND created_at >= $3 ORDER BY request DESC LIMIT $4
            """)
    }
}
