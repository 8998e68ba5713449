import ArgumentParser

struct DepositResolve: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Decide about a deposit that is under review, once.",
        discussion: """
            credit: what it is worth, without a plan; of a deposit of nobody's, to --account. \
            credit-plan: an order, as if it had been paid exactly: the one that the deposit was meant for, or --order. \
            refund: it was, or will be, sent back by you: the relay sends nothing. ignore: nothing is done.
            """)

    @Argument(help: "dep:…") var id: String
    @Option(help: "credit, credit-plan, refund or ignore.") var action: DepositAction
    @Option(help: "Why.") var note: String
    @Option(help: "rch_…, for credit-plan: the order that is credited.") var order: String?
    @Option(help: "acc_…, for a deposit of nobody's: whose it is.") var account: String?
    @Option(help: "For refund: the transaction by which it was sent back.") var tx: String?
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        try requireText(note, "--note")
        if let tx { try requireText(tx, "--tx") }
        if order != nil, action != .creditPlan { throw ValidationError("--order is for the action credit-plan") }
        if tx != nil, action != .refund { throw ValidationError("--tx is for the action refund") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(
            ["deposits", id, "resolve"],
            [
                "action": .string(action.field), "note": .string(note), "order": JSONValue(order), "account": JSONValue(account),
                "transaction": JSONValue(tx),
            ])
    }

    func text(_ answer: JSONValue) -> String { DepositText.one(answer) }
}

enum DepositAction: String, ExpressibleByArgument, CaseIterable {
    case credit
    case creditPlan = "credit-plan"
    case refund
    case ignore

    /// The admin API's word.
    var field: String {
        switch self {
        case .credit: "credit_face"
        case .creditPlan: "credit_plan"
        case .refund: "refund"
        case .ignore: "ignore"
        }
    }
}
