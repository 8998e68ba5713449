public import RelayDomain

/// An entry of a wallet's journal that moved its credits.
public struct JournalEntry: Sendable, Hashable {
    /// Its place in the wallet's journal.
    public let number: Int64
    public let at: Timestamp
    /// `recharge`, `charge`, `adjustment`, `refund`.
    public let kind: String
    /// Added to the wallet; below zero where it left.
    public let credits: Credits
    public let balanceAfter: Credits
    /// The transfer's id.
    public let reference: String
    public let note: String?
    /// The recharge order that it credits.
    public var order: String?
    /// Where the money came in or went back; nil where the operator did it by hand.
    public var network: String?
    /// The payment's, or the one by which it was sent back.
    public var transaction: String?
    /// Whether it charges a request whose hold had expired before its usage was known.
    public var isLate = false
}

extension JournalEntry {
    /// Of a charge, seen from `transfers t`.
    static let chargeColumns = "t.at, t.kind, t.amount, 0, t.balance_after, t.id, t.note, t.number"

    /// Columns: at, kind, amount, whether it was credited to the wallet, balance after, id, note, number.
    init(row: any SQLRow) {
        let amount = row.credits(2)
        self.init(
            number: row.integer(7), at: row.time(0), kind: row.text(1), credits: row.integer(3) != 0 ? amount : .zero - amount,
            balanceAfter: row.credits(4), reference: row.text(5), note: row.optionalText(6))
    }

    /// Of a charge: the id of its request.
    var request: String { String(reference.prefix { $0 != ":" }) }
}
