import RelayDomain

/// A transfer to the operator, and what was made of it.
struct DepositView {
    let deposit: Deposit

    var json: JSONValue {
        let transfer = deposit.transfer
        return [
            "id": .string(deposit.id.description),
            "network": .string(deposit.id.network.rawValue),
            "transaction": .string(deposit.id.transaction),
            "sender": .string(transfer.sender),
            "address": .string(transfer.recipient),
            "amount": .string(transfer.amount.decimal(deposit.decimals)),
            "face_credits": .credits(deposit.face),
            "block": .integer(transfer.block),
            "at": .time(transfer.at),
            "found_at": .time(deposit.foundAt),
            "state": .string(deposit.state.rawValue),
            "reason": .text(deposit.reason?.rawValue),
            "order": .text(deposit.order?.description),
            "account": .text(deposit.account?.description),
            "outcome": .text(deposit.outcome?.rawValue),
            "credits": .credits(deposit.credited),
            "note": .text(deposit.note),
            "decided_by": .text(deposit.decidedBy),
            "decided_at": .time(deposit.decidedAt),
            "refund_transaction": .text(deposit.refundTransaction),
        ]
    }

    /// - Parameter claims: who says that its transaction was theirs.
    func json(claims: [PaymentClaim]) -> JSONValue {
        json.appending(
            "claims",
            .array(claims.map { ["order": .id($0.id.order), "account": .id($0.account), "at": .time($0.at)] }))
    }
}
