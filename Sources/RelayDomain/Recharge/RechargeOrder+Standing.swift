/// A payment of an order that is on the chain and not final yet. No money moves for it.
public struct PaymentSighting: Hashable, Sendable {
    public let deposit: DepositID
    public let block: Int64
    /// The block's own time.
    public let at: Timestamp
    /// The chain's newest block when it was seen.
    public let head: Int64

    /// Blocks from its own on.
    public var confirmations: Int64 { max(0, head - block + 1) }

    public init(deposit: DepositID, block: Int64, at: Timestamp, head: Int64) {
        self.deposit = deposit
        self.block = block
        self.at = at
        self.head = head
    }
}

/// What of an order's payments waits for the operator.
public enum PaymentsUnderReview: Int64, Sendable {
    case nothing
    /// What may be anybody's: another amount than the order's.
    case otherAmount
    /// The exact amount, which could not be credited.
    case exactAmount
}

extension RechargeOrder {
    /// The state that people see: what is stored, the time, and what the chain shows.
    public enum Standing: String, Sendable, CaseIterable {
        case waiting
        /// A payment is on the chain and not final yet.
        case seen
        case credited
        case creditedLate = "credited_late"
        /// The operator is to decide about a payment.
        case review
        /// Not paid in time. A payment within the grace is credited all the same.
        case expired
        case cancelled
    }

    /// Another amount at its address, which anybody can send, does not change what an order that is open shows: it is still to be paid.
    public func standing(at time: Timestamp, sighting: PaymentSighting?, underReview: PaymentsUnderReview = .nothing) -> Standing {
        switch state {
        case .credited: .credited
        case .creditedLate: .creditedLate
        case .cancelled: .cancelled
        case .waiting: standingOpen(at: time, sighting: sighting, underReview: underReview)
        }
    }

    private func standingOpen(at time: Timestamp, sighting: PaymentSighting?, underReview: PaymentsUnderReview) -> Standing {
        if underReview == .exactAmount { return .review }
        if sighting != nil { return .seen }
        guard let payment, time > payment.expiresAt else { return .waiting }
        return underReview == .nothing ? .expired : .review
    }
}
