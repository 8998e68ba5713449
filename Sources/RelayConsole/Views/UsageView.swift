import RelayDomain
import RelayStore

/// `{"day" or "model" or "key","requests","input","output","cached_read","credits","usd"}`: tokens as the meters counted them.
struct UsageView {
    let grouping: UsageGrouping
    let group: String
    let total: UsageTotal

    var json: JSONValue {
        [
            grouping.rawValue: .string(name),
            "requests": .integer(total.requests),
            "input": .integer(total.tokens.input),
            "output": .integer(total.tokens.output),
            "cached_read": .integer(total.tokens.cachedRead),
            "credits": .credits(total.credits),
            "usd": .string(total.credits.usd),
        ]
    }

    private var name: String {
        guard grouping == .day, let day = Int64(group) else { return group }
        return Timestamp(day: day).dayText
    }
}
