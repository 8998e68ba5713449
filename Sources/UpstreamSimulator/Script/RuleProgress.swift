/// How many requests each rule of a script has seen.
struct RuleProgress: Equatable, Sendable {
    let rules: [SimulatorRule]
    private var seen: [Int]

    init(rules: [SimulatorRule]) {
        self.rules = rules
        seen = Array(repeating: 0, count: rules.count)
    }

    /// Counts a request at every rule that fits its model, and gives what the first rule that picks it says.
    mutating func behaviour(forModel model: String) -> SimulatedBehaviour? {
        var picked: SimulatedBehaviour?
        for index in rules.indices where rules[index].fits(model: model) {
            seen[index] += 1
            if picked == nil { picked = rules[index].pick(number: seen[index]) }
        }
        return picked
    }

    mutating func reset() {
        seen = Array(repeating: 0, count: rules.count)
    }
}
