/// One exact amount to one address: what an order asks for, and by what a payment is told from every other.
///
/// An order owns its slot until its grace has ended, whatever has become of the order: a second payment must not credit somebody else.
public struct PaymentSlot: Hashable, Comparable, Sendable {
    public let network: PaymentNetwork
    /// In the network's canonical form.
    public let address: String
    public let amount: TokenAmount

    public init(network: PaymentNetwork, address: String, amount: TokenAmount) {
        self.network = network
        self.address = address
        self.amount = amount
    }

    public static func < (a: PaymentSlot, b: PaymentSlot) -> Bool {
        (a.network, a.address, a.amount) < (b.network, b.address, b.amount)
    }
}

extension ChainTransfer {
    /// What it pays.
    public var slot: PaymentSlot { PaymentSlot(network: id.network, address: recipient, amount: amount) }
}

/// What an order's payment must be. Kept at the order's creation, whatever the configuration says later.
public struct PaymentTerms: Hashable, Sendable {
    public let slot: PaymentSlot
    /// Of the token, in which the slot's amount is counted.
    public let decimals: Int
    /// A payment that is mined later is late, and credited all the same.
    public let expiresAt: Timestamp
    /// A payment that is mined later is for the operator to decide.
    public let graceUntil: Timestamp
    /// For the display of a payment's progress: what is final, the scanner knows.
    public let confirmationsNeeded: Int

    public var network: PaymentNetwork { slot.network }
    public var address: String { slot.address }
    public var amount: TokenAmount { slot.amount }

    public init(slot: PaymentSlot, decimals: Int, expiresAt: Timestamp, graceUntil: Timestamp, confirmationsNeeded: Int) {
        self.slot = slot
        self.decimals = decimals
        self.expiresAt = expiresAt
        self.graceUntil = graceUntil
        self.confirmationsNeeded = confirmationsNeeded
    }
}

/// Who owns a slot.
public struct SlotLease: Hashable, Sendable {
    public let slot: PaymentSlot
    public let order: OrderID
    public let account: AccountID
    /// From then on the slot may be taken by another order. Somewhat later than the order's grace: see ``DepositMatching``.
    public let until: Timestamp

    public init(slot: PaymentSlot, order: OrderID, account: AccountID, until: Timestamp) {
        self.slot = slot
        self.order = order
        self.account = account
        self.until = until
    }
}
