import RelayDomain

/// One model of a route: what is left of every limit, and the longest answer that passes none, found by trying.
struct LimitModel {
    enum Decision {
        case held(limit: Int64)
        case refused(Refusal.Code, stage: Int)
        case countNeeded
    }

    private let admission: AdmissionRequest
    private let model: Model
    private let maximum: Int64
    private let context: Int64
    private let isHighCostRateFull: Bool
    private let creditsLeft: Int64
    private let highCostLeft: Int64?
    private let keyLeft: Int64?
    private let inputLeft: Int64
    private let outputLeft: Int64
    private let allLeft: Int64

    init(
        _ books: BooksModel, _ admission: AdmissionRequest, _ model: Model, _ key: BooksModel.KeyRow, _ plan: Plan,
        _ wallet: BooksModel.WalletRow, _ month: Month, without request: RequestID?
    ) {
        self.admission = admission
        self.model = model
        let rule = model.isHighCost ? plan.highCostRule : nil
        maximum = min(plan.maxOutputTokens, key.key.policy.maxOutputTokens ?? .max, rule?.maxOutputTokens ?? .max)
        context = min(plan.contextTokens, model.contextTokens, rule?.contextTokens ?? .max)
        isHighCostRateFull = rule.map { wallet.highCostRate.count(at: admission.at) >= $0.requestsPerMinute } ?? false
        let holds = books.holds(of: key.key.account).filter { $0.request != request }
        creditsLeft = holds.reduce(wallet.posted) { $0 - $1.held }.thousandths
        let current = holds.filter { $0.month == month }
        highCostLeft =
            model.isHighCost
            ? current.filter(\.model.isHighCost).reduce(plan.highCostBudget - (wallet.highCost[month] ?? .zero)) { $0 - $1.held }
                .thousandths : nil
        keyLeft = key.key.policy.monthlyBudget.map { ($0 - books.spent(key, in: month, without: request)).thousandths }
        let used = wallet.used[month] ?? .zero
        inputLeft = current.reduce(plan.allowances.input - used.input) { $0 - $1.input }
        outputLeft = current.reduce(plan.allowances.output - used.output) { $0 - $1.output }
        allLeft = current.reduce(plan.capTokens - used.input - used.output - used.cachedRead) { $0 - $1.input - $1.output }
    }

    private var input: Int64 { admission.input.tokens }

    /// In thousandths of a credit: rounded up, at the dearer of the two prices of the input.
    static func cost(_ input: Int64, _ output: Int64, _ model: Model) -> Credits {
        let prices = model.prices
        let millionths = input * max(prices.input.thousandths, prices.cachedRead.thousandths) + output * prices.output.thousandths
        return Credits(thousandths: (millionths + 999_999) / 1_000_000)
    }

    private struct Rule {
        let code: Refusal.Code
        let dependsOnInput: Bool
        let isKept: (_ output: Int64) -> Bool
    }

    private var rules: [Rule] {
        func cost(_ output: Int64) -> Int64 { Self.cost(input, output, model).thousandths }
        return [
            Rule(code: .invalidRequest, dependsOnInput: false) { $0 <= maximum },
            Rule(code: .contextLengthExceeded, dependsOnInput: true) { input + $0 <= context },
            Rule(code: .rateLimitExceeded, dependsOnInput: false) { _ in !isHighCostRateFull },
            Rule(code: .highCostBudgetExhausted, dependsOnInput: true) { highCostLeft == nil || cost($0) <= highCostLeft! },
            Rule(code: .inputAllowanceExhausted, dependsOnInput: true) { _ in input <= inputLeft },
            Rule(code: .outputAllowanceExhausted, dependsOnInput: false) { $0 <= outputLeft },
            Rule(code: .monthlyCapReached, dependsOnInput: true) { input + $0 <= allLeft },
            Rule(code: .keyBudgetExhausted, dependsOnInput: true) { keyLeft == nil || cost($0) <= keyLeft! },
            Rule(code: .insufficientBalance, dependsOnInput: true) { cost($0) <= creditsLeft },
        ]
    }

    func decide() -> Decision {
        let rules = rules
        let (least, choices) = (admission.leastOutputTokens, admission.choices)
        if let stage = rules.firstIndex(where: { !$0.isKept(least * choices) }) {
            if rules[stage].dependsOnInput, !admission.input.isFinal { return .countNeeded }
            return .refused(rules[stage].code, stage: stage)
        }
        func largest(_ rules: [Rule]) -> Int64 {
            var limit = least == 0 ? 0 : min(admission.askedOutputTokens ?? maximum, maximum)
            while limit > least, !rules.allSatisfy({ $0.isKept(limit * choices) }) { limit -= 1 }
            return limit
        }
        let limit = largest(rules)
        if !admission.input.isFinal {
            if limit < largest(rules.filter { !$0.dependsOnInput }) { return .countNeeded }
            if !isSmall(limit * choices) { return .countNeeded }
        }
        return .held(limit: limit)
    }

    /// A hold for a bound is taken only where 64 of its kind would fit into what is left.
    private func isSmall(_ output: Int64) -> Bool {
        let credits = Self.cost(input, output, model).thousandths * 64
        return credits <= creditsLeft && input * 64 <= inputLeft && (input + output) * 64 <= allLeft
            && highCostLeft.map { credits <= $0 } ?? true && keyLeft.map { credits <= $0 } ?? true
    }
}
