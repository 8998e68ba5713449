import RelayDomain

/// What is said where the books could not be written.
extension LedgerWriter {
    static let unavailable = Refusal(
        .ledgerUnavailable, "The ledger cannot be written at present. Nothing was charged. Try again in a moment.", retryAfterSeconds: 5)

    /// For what the books' own constraints will never let in.
    static let impossible = Refusal(.internalError, "The request could not be entered in the books. Nothing was charged.")

    /// For a command whose commit was sent, where the relay stops before anybody could tell what became of it: how to find out.
    static func outcomeUnknown(of command: Command) -> Refusal {
        let advice =
            switch command {
            case .admit, .move:
                "No upstream has answered the request; what is held for it expires uncharged, as its receipt will say where there is one."
            case .end: "The receipt, by the request's id, will say whether it was charged."
            case .adjust(let adjustment):
                "The wallet's statement will say. The same adjustment under its id, \(adjustment.id), moves credits once."
            case .confirmOrder: "The recharge order will say. Confirming it again credits it once."
            case .decideDeposit: "The deposit will say. The same decision again changes nothing."
            case .settleDeposit: "A deposit that is still new is looked at again."
            case .openAccount, .suspend, .setPlan, .createKey, .revokeKey, .createOrder, .placeOrder, .cancelOrder, .claimPayment, .find,
                .resolve:
                "Look at what is there before you try again."
            }
        return Refusal(
            .ledgerUnavailable,
            "The relay stopped while this was being entered in the books, and whether it was is not known. \(advice)")
    }

    /// A reply that was true when it was committed, under a lease that others have declared gone since: a hold that it speaks of is given back,
    /// uncharged, and nobody may rely on it. What has ended has ended.
    static func withoutHold(_ reply: Reply) -> Reply {
        if case .admitted = reply { .refused(unavailable) } else { reply }
    }
}
