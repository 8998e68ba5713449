public import RelayDomain

/// The books, as scanners write to them.
///
/// A network is scanned by one node at a time: its row says by which, under the node's own lease. A node that is gone has lost it at once; one
/// that lives and does not come back has lost it after a while. Everything that a scanner writes is conditional on it, and on the cursor's
/// being where it was left, so that nothing is written twice and nothing is left out, whatever the scanner believes.
public struct PaymentBook: DepositBook {
    /// Rows that are written in one transaction, but those of one block.
    private static let rowsInTransaction = 500
    /// For so long after a slot is free again, its address is watched: a scanner may be behind, and people are late.
    private static let watchMilliseconds: Int64 = 604_800_000

    let reader: LedgerReader
    let writer: LedgerWriter
    let now: @Sendable () -> Timestamp
    private let statements: PaymentStatements
    private let leaseMilliseconds: Int64
    private let decimals: @Sendable (PaymentNetwork) -> Int
    private let minimum: @Sendable (PaymentNetwork) -> TokenAmount

    /// - Parameters:
    ///   - leaseMilliseconds: how long a node that lives keeps a network without writing to it: much longer than anything that a scanner does
    ///     between two writes, or two nodes take it from each other for ever. A node that is gone has lost it at once.
    ///   - decimals: of each network's token, where the operator has named another contract than the known one.
    ///   - minimum: what is less, and no order asks for, is ignored as it is found; nil for a hundredth of a token.
    ///   - now: the time where the database has no clock that all nodes share.
    public init(
        reader: LedgerReader, writer: LedgerWriter, dialect: SQLDialect, leaseMilliseconds: Int64 = 600_000,
        decimals: @escaping @Sendable (PaymentNetwork) -> Int = { $0.decimals },
        minimum: (@Sendable (PaymentNetwork) -> TokenAmount)? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.writer = writer
        self.leaseMilliseconds = leaseMilliseconds
        self.decimals = decimals
        self.minimum = minimum ?? { Self.minimum(decimals: decimals($0)) }
        self.now = now
        statements = PaymentStatements.of(dialect)
    }

    /// A hundredth of a token: what anybody may send for the price of a transaction.
    public static func minimum(decimals: Int) -> TokenAmount { TokenAmount(price: Credits(10_000), decimals: decimals) }

    public func hold(_ network: PaymentNetwork, on chain: ChainIdentity, startingAt start: Int64) async throws -> ScanPosition? {
        try await write { session, lease in
            guard let known = try session.rows(PaymentStatements.chain, bind: { $0.append(network) }, ChainIdentity.known).first else {
                throw StoreFailure(.corrupt, "the books do not know the network \(network.rawValue)")
            }
            if let known, known != chain { throw OtherChain(known: known, found: chain) }
            return try session.rows(
                statements.hold,
                bind: {
                    lease.write(network, to: &$0)
                    $0.append(String(chain.chainID))
                    $0.append(chain.genesis)
                    $0.append(start)
                }, { ScanPosition(cursor: $0.integer(0), start: $0.integer(1)) }
            ).first
        }
    }

    public func advance(
        _ network: PaymentNetwork, from position: ScanPosition, to cursor: Int64, deposits: [ChainTransfer], sweeps: [ChainTransfer]
    ) async throws -> ScanPosition {
        guard cursor >= position.cursor, (deposits + sweeps).allSatisfy({ $0.id.network == network && $0.block <= cursor }) else {
            throw StoreFailure(.constraint, "transfers beyond the cursor, or of another network")
        }
        var position = position
        for step in ScanStep.steps(from: position.cursor, to: cursor, deposits: deposits, sweeps: sweeps, rows: Self.rowsInTransaction) {
            guard try await advance(network, from: position, by: step) else { throw Self.lost(network) }
            position = ScanPosition(cursor: step.cursor, start: position.start)
        }
        return position
    }

    /// - Returns: false where the network is not this node's, or the cursor is elsewhere.
    private func advance(_ network: PaymentNetwork, from position: ScanPosition, by step: ScanStep) async throws -> Bool {
        let (decimals, minimum) = (decimals(network), minimum(network))
        return try await write { session, lease in
            let sums = try session.rows(
                statements.advance,
                bind: {
                    lease.write(network, to: &$0)
                    $0.append(position.cursor)
                    $0.append(step.cursor)
                }, { (received: try $0.tokenAmount(0), swept: try $0.tokenAmount(1)) }
            ).first
            guard let sums else { return false }
            let deposits = try session.toldOnce(session.unknown(step.deposits, PaymentStatements.knownDeposits))
            let sweeps = try session.unknown(step.sweeps, PaymentStatements.knownSweeps)
            guard !deposits.isEmpty || !sweeps.isEmpty else { return true }
            let asked = try session.slotsAskedFor(deposits.map(\.slot).filter { $0.amount < minimum })
            let found = deposits.map {
                $0.amount < minimum && !asked.contains($0.slot)
                    ? Deposit.dust($0, decimals: decimals, foundAt: lease.now)
                    : Deposit(transfer: $0, decimals: decimals, foundAt: lease.now)
            }
            try session.execute(PaymentStatements.insertDeposit, count: found.count) { found[$0].write(to: &$1) }
            try session.execute(PaymentStatements.insertSweep, count: sweeps.count) { sweeps[$0].write(to: &$1) }
            try session.execute(PaymentStatements.sum) {
                $0.append(network)
                $0.append(deposits.reduce(sums.received) { $0.adding($1.amount) })
                $0.append(sweeps.reduce(sums.swept) { $0.adding($1.amount) })
            }
            return true
        }
    }

    public func watched(_ network: PaymentNetwork) async throws -> [String] {
        let since = now().adding(milliseconds: -Self.watchMilliseconds)
        let addresses = try await reader.source.read { session in
            try session.rows(
                PaymentStatements.watched,
                bind: {
                    $0.append(network)
                    $0.append(since)
                }, { $0.text(0) })
        }
        return Set(addresses).sorted()
    }

    public func show(_ network: PaymentNetwork, sightings: [Sighting], head: Int64, final: Int64) async throws {
        let isShown = try await write { session, lease in
            let shown = try session.rows(
                statements.show,
                bind: {
                    lease.write(network, to: &$0)
                    $0.append(head)
                    $0.append(final)
                }, { $0.text(0) })
            guard !shown.isEmpty else { return false }
            try session.execute(PaymentStatements.clearSightings) { $0.append(network) }
            try session.execute(PaymentStatements.insertSighting, count: sightings.count) { index, row in
                let transfer = sightings[index].transfer
                row.append(transfer.slot)
                row.append(transfer.id)
                row.append(transfer.block)
                row.append(transfer.at)
            }
            if !sightings.isEmpty { try session.tellSeen(on: network, at: lease.now) }
            return true
        }
        guard isShown else { throw Self.lost(network) }
    }

    /// Runs `work` on the writer's thread, in a transaction of its own.
    func write<T: Sendable>(_ work: @escaping @Sendable (any SQLSession, ScanLease) throws -> T) async throws -> T {
        let (now, milliseconds) = (now(), leaseMilliseconds)
        return try await writer.run { try work($0, ScanLease(now: now, milliseconds: milliseconds, epoch: $0.epoch)) }
    }

    /// Only told outside of the transaction: inside of it, it would say that the node itself has lost its lease.
    private static func lost(_ network: PaymentNetwork) -> StoreFailure {
        StoreFailure(.fenced, "\(network.rawValue) is scanned by another node, or was scanned further")
    }
}

/// A node's claim to a network.
struct ScanLease {
    let now: Timestamp
    let milliseconds: Int64
    let epoch: Int64

    /// The first four parameters of the statements that depend on it.
    func write(_ network: PaymentNetwork, to row: inout SQLParameters) {
        row.append(now)
        row.append(milliseconds)
        row.append(epoch)
        row.append(network)
    }
}

extension SQLSession {
    /// Those of some transfers, each once, that are not in the books. Who asks has locked the network.
    fileprivate func unknown(_ transfers: [ChainTransfer], _ statement: SQLStatement) throws -> [ChainTransfer] {
        var known: Set<DepositID> = []
        try query(statement, each: transfers.map(\.id).sorted(), bind: { $1.append($0) }) { known.insert(try $0.deposit(0)) }
        return transfers.filter { known.insert($0.id).inserted }
    }

    /// Without those of transactions whose transfers are in the books under other names: what was told doubtfully by the block's logs is the
    /// same money as what the receipt tells, and the other way round. Whichever was first stays.
    fileprivate func toldOnce(_ transfers: [ChainTransfer]) throws -> [ChainTransfer] {
        var doubtful: [String: Bool] = [:]
        try query(
            PaymentStatements.told, each: Set(transfers.map(\.id.transaction)).sorted(), bind: { $1.append($0) },
            row: { doubtful[$0.text(0)] = $0.integer(1) != 0 })
        return transfers.filter { doubtful[$0.id.transaction] ?? $0.isDoubtful == $0.isDoubtful }
    }

    /// Those of some slots that an order has asked for.
    fileprivate func slotsAskedFor(_ slots: [PaymentSlot]) throws -> Set<PaymentSlot> {
        var asked: Set<PaymentSlot> = []
        try query(BatchScript.Statements.slot, each: Set(slots).sorted(), bind: { $1.append($0) }) { asked.insert(try $0.slot(0)) }
        return asked
    }
}

extension ChainIdentity {
    /// - Returns: nil for a network that was never scanned.
    fileprivate static func known(_ row: any SQLRow) throws -> ChainIdentity? {
        if row.isNull(0) { return nil }
        guard let id = UInt64(row.text(0)) else { throw StoreFailure(.corrupt, "no chain: \(row.text(0))") }
        return ChainIdentity(chainID: id, genesis: row.text(1))
    }
}

/// What scanners do to the books. `$1` is the node's own time, which a database with a clock does not look at, `$2` how long the network is
/// kept, `$3` the node's epoch, `$4` the network.
private struct PaymentStatements {
    let hold: SQLStatement
    let advance: SQLStatement
    let show: SQLStatement

    static let chain = SQLStatement("SELECT chain_id, genesis FROM networks WHERE name = $1")
    static let insertDeposit = SQLStatement.insert(into: "deposits", Deposit.columns)
    static let insertSweep = SQLStatement.insert(into: "sweeps", ChainTransfer.columns)
    static let clearSightings = SQLStatement.delete(from: "sightings", by: "network")
    /// Of a transfer that pays an order's slot; others are shown to nobody.
    static let insertSighting = SQLStatement(
        """
        INSERT INTO sightings (order_id, network, deposit, block, at)
        SELECT order_id, network, CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM payment_slots
        WHERE network = $1 AND address = $2 AND amount = $3 AND until > CAST($6 AS BIGINT) ON CONFLICT (order_id) DO NOTHING
        """)
    static let sum = SQLStatement.update("networks", "name, received, swept")
    static let watched = SQLStatement(
        "SELECT address FROM payment_slots WHERE network = $1 AND until > $2")
    static let told = SQLStatement.read("transaction_hash, doubtful", from: "deposits", by: "transaction_hash")
    static let knownDeposits = SQLStatement.read("id", from: "deposits", by: "id")
    static let knownSweeps = SQLStatement.read("id", from: "sweeps", by: "id")

    private init(clock: String) {
        hold = SQLStatement(
            """
            UPDATE networks SET chain_id = $5, genesis = $6, start = coalesce(start, $7), started_at = coalesce(started_at, \(clock)),
              cursor = coalesce(cursor, $7),
              final = coalesce(final, $7), scanner_epoch = $3, scan_until = \(clock) + $2, scanned_at = \(clock)
            WHERE name = $4 AND (scanner_epoch IS NULL OR scanner_epoch = $3 OR scan_until < \(clock)
              OR NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.epoch = networks.scanner_epoch AND nodes.state = 'living'))
            RETURNING cursor, start
            """)
        let isHeld = "name = $4 AND scanner_epoch = $3"
        let goesOn = "scan_until = \(clock) + $2, scanned_at = \(clock)"
        advance = SQLStatement(
            """
            UPDATE networks SET cursor = $6, final = CASE WHEN final < $6 THEN $6 ELSE final END, \(goesOn)
            WHERE \(isHeld) AND cursor = $5 RETURNING received, swept
            """)
        // An endpoint that lags behind takes nothing back.
        show = SQLStatement(
            """
            UPDATE networks SET head = $5, final = CASE WHEN cursor < $6 THEN $6 ELSE cursor END, \(goesOn) WHERE \(isHeld) RETURNING name
            """)
    }

    static func of(_ dialect: SQLDialect) -> PaymentStatements {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    private static let sqlite = PaymentStatements(clock: "$1")
    private static let postgres = PaymentStatements(
        clock: "(CASE WHEN $1::bigint IS NULL THEN NULL ELSE (extract(epoch FROM clock_timestamp()) * 1000)::bigint END)")
}
