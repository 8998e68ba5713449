import RelayDomain

extension SQLRow {
    func deposit(_ column: Int) throws -> DepositID {
        guard let id = DepositID(text(column)) else { throw StoreFailure(.corrupt, "no deposit: \(text(column))") }
        return id
    }

    func tokenAmount(_ column: Int) throws -> TokenAmount {
        guard let amount = TokenAmount(text(column)) else { throw StoreFailure(.corrupt, "no amount: \(text(column))") }
        return amount
    }

    func optionalTokenAmount(_ column: Int) throws -> TokenAmount? { isNull(column) ? nil : try tokenAmount(column) }

    /// A slot in three columns.
    func slot(_ column: Int) throws -> PaymentSlot {
        PaymentSlot(network: try named(column), address: text(column + 1), amount: try tokenAmount(column + 2))
    }
}

extension SQLParameters {
    mutating func append(_ network: PaymentNetwork?) { append(network?.rawValue) }
    mutating func append(_ deposit: DepositID?) { append(deposit?.description) }
    mutating func append(_ amount: TokenAmount?) { append(amount?.description) }

    /// In three columns.
    mutating func append(_ slot: PaymentSlot?) {
        append(slot?.network)
        append(slot?.address)
        append(slot?.amount)
    }
}

extension RechargeOrder {
    static let columns = """
        id, account, plan, price, credits, created_at, state, credited_at, note, payment, deposit, network, address, amount, decimals, \
        expires_at, grace_until, confirmations_needed
        """

    init(row: any SQLRow) throws {
        self.init(
            id: try row.identifier(0), account: try row.identifier(1), plan: row.text(2), price: row.credits(3), credits: row.credits(4),
            createdAt: row.time(5), payment: row.isNull(11) ? nil : try PaymentTerms(row: row, 11), state: try row.named(6),
            creditedAt: row.optionalTime(7), note: row.optionalText(8), transaction: row.optionalText(9),
            deposit: row.isNull(10) ? nil : try row.deposit(10))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(account)
        row.append(plan)
        row.append(price)
        row.append(credits)
        row.append(createdAt)
        row.append(state.rawValue)
        row.append(creditedAt)
        row.append(note)
        row.append(transaction)
        row.append(deposit)
        row.append(payment?.slot)
        row.append(payment.map { Int64($0.decimals) })
        row.append(payment?.expiresAt)
        row.append(payment?.graceUntil)
        row.append(payment.map { Int64($0.confirmationsNeeded) })
    }
}

extension PaymentTerms {
    fileprivate init(row: any SQLRow, _ column: Int) throws {
        self.init(
            slot: try row.slot(column), decimals: Int(row.integer(column + 3)), expiresAt: row.time(column + 4),
            graceUntil: row.time(column + 5), confirmationsNeeded: Int(row.integer(column + 6)))
    }
}

extension SlotLease {
    static let columns = "network, address, amount, order_id, account, until"

    init(row: any SQLRow) throws {
        self.init(slot: try row.slot(0), order: try row.identifier(3), account: try row.identifier(4), until: row.time(5))
    }

    func write(to row: inout SQLParameters) {
        row.append(slot)
        row.append(order)
        row.append(account)
        row.append(until)
    }
}

extension PaymentClaim {
    static let columns = "order_id, transaction_hash, account, at"

    init(row: any SQLRow) throws {
        self.init(order: try row.identifier(0), account: try row.identifier(2), transaction: row.text(1), at: row.time(3))
    }

    func write(to row: inout SQLParameters) {
        row.append(id.order)
        row.append(id.transaction)
        row.append(account)
        row.append(at)
    }
}

extension ChainTransfer {
    /// In the table of sweeps.
    static let columns = "id, network, sender, recipient, amount, block, block_hash, at"

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(id.network)
        row.append(sender)
        row.append(recipient)
        row.append(amount)
        row.append(block)
        row.append(blockHash)
        row.append(at)
    }
}

extension Deposit {
    static let columns = """
        id, network, transaction_hash, sender, recipient, amount, decimals, face, block, block_hash, at, found_at, doubtful, \(decidedColumns)
        """
    /// What changes after it was found.
    static let decidedColumns =
        "state, reason, order_id, account, outcome, credited, note, decided_by, decided_at, refund_transaction"

    init(row: any SQLRow) throws {
        let transfer = ChainTransfer(
            id: try row.deposit(0), sender: row.text(3), recipient: row.text(4), amount: try row.tokenAmount(5), block: row.integer(8),
            blockHash: row.text(9), at: row.time(10), isDoubtful: row.integer(12) != 0)
        self.init(
            transfer: transfer, decimals: Int(row.integer(6)), foundAt: row.time(11), state: try row.named(13),
            reason: row.isNull(14) ? nil : try row.named(14), order: row.isNull(15) ? nil : try row.identifier(15),
            account: row.isNull(16) ? nil : try row.identifier(16), outcome: row.isNull(17) ? nil : try row.named(17),
            credited: row.optionalInteger(18).map(Credits.init(thousandths:)), note: row.optionalText(19), decidedBy: row.optionalText(20),
            decidedAt: row.optionalTime(21), refundTransaction: row.optionalText(22))
    }

    func write(to row: inout SQLParameters) {
        row.append(id)
        row.append(id.network)
        row.append(id.transaction)
        row.append(transfer.sender)
        row.append(transfer.recipient)
        row.append(transfer.amount)
        row.append(Int64(decimals))
        row.append(face)
        row.append(transfer.block)
        row.append(transfer.blockHash)
        row.append(transfer.at)
        row.append(foundAt)
        row.append(Int64(transfer.isDoubtful ? 1 : 0))
        writeDecided(to: &row)
    }

    /// The columns of ``decidedColumns``.
    func writeDecided(to row: inout SQLParameters) {
        row.append(state.rawValue)
        row.append(reason?.rawValue)
        row.append(order?.description)
        row.append(account?.description)
        row.append(outcome?.rawValue)
        row.append(credited)
        row.append(note)
        row.append(decidedBy)
        row.append(decidedAt)
        row.append(refundTransaction)
    }
}
