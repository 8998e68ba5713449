import RelayDomain

extension BatchScript {
    /// Loads what payments need, after the wallets were locked: slots, under the lock of their network; and deposits, which are locked as well,
    /// since one that is nobody's has no wallet to lock. Each kind is locked in one order, by one statement.
    /// - Returns: the orders that the deposits are attributed to.
    func loadPayments(_ needs: PaymentNeeds, into books: inout Books, from session: some SQLSession) throws -> Set<OrderID> {
        try session.query(Statements.network, each: needs.networks.sorted(), bind: { $1.append($0) }, row: { _ in })
        try session.query(Statements.slot, each: needs.slots.sorted(), bind: { $1.append($0) }) {
            let lease = try SlotLease(row: $0)
            books.slots.load(lease.slot, lease)
        }
        var deposits = needs.deposits
        try session.query(Statements.depositsOfTransaction, each: needs.transactions.sorted(), bind: { $1.append($0) }) {
            deposits.insert(try $0.deposit(0))
        }
        try session.query(Statements.deposit, each: deposits.sorted { $0.description < $1.description }, bind: { $1.append($0) }) {
            let deposit = try Deposit(row: $0)
            books.deposits.load(deposit.id, deposit)
        }
        let loadClaim: (any SQLRow) throws -> Void = {
            let claim = try PaymentClaim(row: $0)
            books.claims.load(claim.id, claim)
        }
        try session.query(Statements.claimsOfOrder, each: Array(needs.claimingOrders), bind: { $1.append($0) }, row: loadClaim)
        try session.query(Statements.claimsOfTransaction, each: Array(needs.claimedTransactions), bind: { $1.append($0) }, row: loadClaim)
        let loadOrder: (any SQLRow) throws -> Void = {
            let order = try RechargeOrder(row: $0)
            books.orders.load(order.id, order)
        }
        try session.query(
            Statements.openOrders, each: Array(needs.openOrders),
            bind: {
                $1.append($0.account)
                $1.append($0.at)
            }, row: loadOrder)
        try session.query(
            Statements.confirmedOrders, each: Array(needs.confirmingTransactions), bind: { $1.append($0) }, row: loadOrder)
        return Set(books.deposits.all.compactMap(\.order))
    }

    func writePayments(_ books: Books, to session: some SQLSession) throws {
        // Whoever decided about a deposit has locked it, so this fails only where the books are not what they must be.
        try session.execute(
            Statements.updateDeposit, each: books.deposits.updated.sorted(),
            otherwise: StoreFailure(.constraint, "a deposit was decided twice")
        ) {
            $1.append($0)
            books.deposits[$0]!.writeDecided(to: &$1)
        }
        let slots = (books.slots.inserted + books.slots.updated).sorted()
        try session.execute(Statements.keepSlot, each: slots) { books.slots[$0]!.write(to: &$1) }
        try session.execute(Statements.insertClaim, each: books.claims.inserted) { books.claims[$0]!.write(to: &$1) }
    }
}

extension BatchScript.Statements {
    static let deposit = SQLStatement.read(Deposit.columns, from: "deposits", by: "id", locking: .forUpdate)
    static let depositsOfTransaction = SQLStatement.read("id", from: "deposits", by: "transaction_hash")
    static let network = SQLStatement.read("name", from: "networks", by: "name", locking: .forUpdate)
    static let slot = SQLStatement.read(SlotLease.columns, from: "payment_slots", by: "network", "address", "amount")
    static let claimsOfOrder = SQLStatement.read(PaymentClaim.columns, from: "claims", by: "order_id")
    static let claimsOfTransaction = SQLStatement.read(PaymentClaim.columns, from: "claims", by: "transaction_hash")
    static let openOrders = SQLStatement(
        "SELECT \(RechargeOrder.columns) FROM orders WHERE account = $1 AND network IS NOT NULL AND credited_at IS NULL AND grace_until > $2"
    )
    static let confirmedOrders = SQLStatement.read(
        RechargeOrder.columns, from: "orders", by: "payment", where: "deposit IS NULL AND credited_at IS NOT NULL")
    static let updateDeposit = SQLStatement(
        "UPDATE deposits SET "
            + Deposit.decidedColumns.split(separator: ", ").enumerated().map { "\($1) = $\($0 + 2)" }.joined(separator: ", ")
            + " WHERE id = $1 AND state IN ('new', 'review')")
    static let keepSlot = SQLStatement.keep(in: "payment_slots", SlotLease.columns, key: "network, address, amount")
    static let insertClaim = SQLStatement.insert(into: "claims", PaymentClaim.columns)
}
