import RelayDomain

extension ChainWord {
    /// Whether it proves that an order was paid.
    /// - Returns: nil where it does; else what it says instead, for the operator.
    func objection(to order: RechargeOrder) -> String? {
        guard let terms = order.payment else { return nil }
        switch self {
        case .final(let transfers):
            if transfers.contains(where: { $0.slot == terms.slot }) { return nil }
            return "The transaction is final, and pays \(Self.list(transfers, terms)), not \(Self.wanted(terms))."
        case .pending(_, let confirmations):
            return "The transaction is not final yet: \(confirmations) of about \(terms.confirmationsNeeded) blocks. Try again later."
        case .notFound: return "The chain does not know this transaction."
        case .failed: return "The transaction has failed: it moved nothing."
        case .unknown(let reason): return "The transaction cannot be verified: \(reason)."
        }
    }

    private static func wanted(_ terms: PaymentTerms) -> String { "\(terms.amount.decimal(terms.decimals)) to \(terms.address)" }

    private static func list(_ transfers: [ChainTransfer], _ terms: PaymentTerms) -> String {
        guard !transfers.isEmpty else { return "nothing to addresses of this relay" }
        return transfers.map { "\($0.amount.decimal(terms.decimals)) to \($0.recipient)" }.joined(separator: ", ")
    }
}
