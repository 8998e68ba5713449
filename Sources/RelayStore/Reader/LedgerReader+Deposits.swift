public import RelayDomain

/// How a network is scanned, and what its addresses hold.
public struct NetworkStatus: Sendable {
    public let network: PaymentNetwork
    /// nil for one that was never scanned.
    public let chain: ChainIdentity?
    /// Every final transfer up to this block is in the books.
    public let cursor: Int64?
    /// The newest block that is final, and the newest of all, as far as the scanner has heard.
    public let final: Int64?
    public let head: Int64?
    /// The node that scans it, as long as it lives.
    public let scanner: String?
    /// When it was last heard of.
    public let scannedAt: Timestamp?
    /// What the addresses held on the chain when somebody last looked, and what the books say that they must hold.
    public let balance: TokenAmount?
    public let expectedBalance: TokenAmount?
    public let balanceAt: Timestamp?
}

extension LedgerReader {
    public func deposit(_ id: DepositID) async throws -> Deposit? {
        try await source.read { try $0.rows(Statements.deposit, bind: { $0.append(id) }, Deposit.init(row:)).first }
    }

    /// What a transaction brought.
    /// - Parameter transaction: in the canonical form of ``TransactionHash``.
    public func deposits(of transaction: String) async throws -> [Deposit] {
        try await source.read { try $0.rows(Statements.depositsOfTransaction, bind: { $0.append(transaction) }, Deposit.init(row:)) }
    }

    /// Those that were found last come first.
    /// - Parameters:
    ///   - state: nil for all.
    ///   - network: nil for those of all.
    ///   - account: nil for those of all and of nobody.
    ///   - after: the id that the page before ended with.
    public func deposits(
        in state: Deposit.State? = nil, on network: PaymentNetwork? = nil, of account: AccountID? = nil, limit: Int, after: String?
    ) async throws -> Page<Deposit> {
        let statement = Statements.deposits(in: state, on: network, ofAccount: account != nil)
        let rows = try await source.read { session in
            try session.rows(
                statement,
                bind: {
                    $0.append(after)
                    $0.append(Int64(limit + 1))
                    if let account { $0.append(account) }
                }, Deposit.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    /// What customers have named as their payments.
    public func claims(of order: OrderID) async throws -> [PaymentClaim] {
        try await source.read { try $0.rows(Statements.claimsOfOrder, bind: { $0.append(order) }, PaymentClaim.init(row:)) }
    }

    /// Who has named a transaction.
    public func claims(to transaction: String) async throws -> [PaymentClaim] {
        try await source.read { try $0.rows(Statements.claimsToTransaction, bind: { $0.append(transaction) }, PaymentClaim.init(row:)) }
    }

    /// Every network that the books know, scanned or not.
    public func networks() async throws -> [NetworkStatus] {
        try await source.read { try $0.rows(Statements.networks, NetworkStatus.init(row:)) }
    }
}

extension NetworkStatus {
    fileprivate static let columns = """
        n.name, n.chain_id, n.genesis, n.cursor, n.final, n.head, s.name, n.scanned_at, n.balance, n.expected_balance, n.balance_at
        """

    fileprivate init(row: any SQLRow) throws {
        network = try row.named(0)
        chain = row.isNull(1) ? nil : ChainIdentity(chainID: UInt64(row.text(1)) ?? 0, genesis: row.text(2))
        cursor = row.optionalInteger(3)
        final = row.optionalInteger(4)
        head = row.optionalInteger(5)
        scanner = row.optionalText(6)
        scannedAt = row.optionalTime(7)
        balance = try row.optionalTokenAmount(8)
        expectedBalance = try row.optionalTokenAmount(9)
        balanceAt = row.optionalTime(10)
    }
}

private enum Statements {
    static let deposit = SQLStatement("SELECT \(Deposit.columns) FROM deposits WHERE id = $1")
    static let depositsOfTransaction = SQLStatement("SELECT \(Deposit.columns) FROM deposits WHERE transaction_hash = $1 ORDER BY id")
    static let claimsOfOrder = SQLStatement("SELECT \(PaymentClaim.columns) FROM claims WHERE order_id = $1 ORDER BY at")
    static let claimsToTransaction = SQLStatement("SELECT \(PaymentClaim.columns) FROM claims WHERE transaction_hash = $1 ORDER BY at")
    static let networks = SQLStatement(
        """
        SELECT \(NetworkStatus.columns) FROM networks n LEFT JOIN nodes s ON s.epoch = n.scanner_epoch AND s.state = 'living' ORDER BY n.name
        """)

    /// Conditions that indexes know are written out: a parameter that may be null would hide them.
    static func deposits(in state: Deposit.State?, on network: PaymentNetwork?, ofAccount: Bool) -> SQLStatement {
        lists[List(state: state, network: network, isOfAccount: ofAccount)]!
    }

    private struct List: Hashable {
        let state: Deposit.State?
        let network: PaymentNetwork?
        let isOfAccount: Bool

        static let all = ([nil] + Deposit.State.allCases.map(Optional.some)).flatMap { state in
            ([nil] + PaymentNetwork.allCases.map(Optional.some)).flatMap { network in
                [false, true].map { List(state: state, network: network, isOfAccount: $0) }
            }
        }

        var statement: SQLStatement {
            SQLStatement(
                """
                SELECT \(Deposit.columns) FROM deposits WHERE (CAST($1 AS TEXT) IS NULL
                  OR (found_at, id) < (SELECT last.found_at, last.id FROM deposits last WHERE last.id = $1))
                  \(state.map { "AND state = '\($0.rawValue)'" } ?? "") \(network.map { "AND network = '\($0.rawValue)'" } ?? "")
                  \(isOfAccount ? "AND account = $3" : "")
                ORDER BY found_at DESC, id DESC LIMIT $2
                """)
        }
    }

    private static let lists = Dictionary(uniqueKeysWithValues: List.all.map { ($0, $0.statement) })
}
