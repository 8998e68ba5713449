/// Everything that limits how long an answer may be, in the order of the contract: the first that leaves nothing is the refusal.
enum OutputBound: Int, CaseIterable {
    case maximum, context, highCostBudget, inputAllowance, outputAllowance, cap, keyBudget, balance

    static let inOrder = allCases

    /// Whether a lower count of the input could leave more room.
    var dependsOnInput: Bool {
        switch self {
        case .maximum, .outputAllowance: false
        case .context, .highCostBudget, .inputAllowance, .cap, .keyBudget, .balance: true
        }
    }
}
