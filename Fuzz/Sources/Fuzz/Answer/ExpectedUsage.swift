internal import RelayDomain

/// The counts of one usage object. Of a count that is given twice, the last holds.
struct ExpectedUsage {
    private enum Count: Equatable {
        case absent, null, nonsense
        case tokens(Int64)

        var tokens: Int64? {
            if case .tokens(let tokens) = self { tokens } else { nil }
        }
    }

    private var counts: [String: Count] = [:]

    /// - Parameter usage: counts only where it is an object.
    init(_ usage: JSONTree) {
        for member in usage.members ?? [] {
            switch member.name {
            case "prompt_tokens", "input_tokens", "completion_tokens", "output_tokens":
                counts[member.name] = Self.count(member.value)
            case "prompt_tokens_details", "input_tokens_details":
                for slice in member.value.members(named: "cached_tokens") { counts[member.name] = Self.count(slice.value) }
            case "completion_tokens_details", "output_tokens_details":
                for slice in member.value.members(named: "reasoning_tokens") { counts[member.name] = Self.count(slice.value) }
            default: break
            }
        }
    }

    private static func count(_ value: JSONTree) -> Count {
        let text: String? =
            switch value.content {
            case .number(let text): text
            case .string: value.text
            case .null, .bool, .array, .object: nil
            }
        if value.isNull { return .null }
        return text.flatMap { WholeNumber.cut($0, limit: TokenLimit.maximum) }.map(Count.tokens) ?? .nonsense
    }

    /// nil where any count is nonsense, where there is no count, and where an object of another API than chat's has only zeros.
    var reported: ReportedUsage? {
        guard !counts.values.contains(.nonsense) else { return nil }
        func tokens(_ chat: String, _ other: String) -> Int64? { counts[chat]?.tokens ?? counts[other]?.tokens }
        let prompt = tokens("prompt_tokens", "input_tokens")
        let completion = tokens("completion_tokens", "output_tokens")
        if prompt == nil, completion == nil { return nil }
        if counts["prompt_tokens"] == nil, prompt ?? 0 == 0, completion ?? 0 == 0 { return nil }
        return ReportedUsage(
            prompt: prompt ?? 0, cached: tokens("prompt_tokens_details", "input_tokens_details") ?? 0, completion: completion ?? 0,
            reasoning: tokens("completion_tokens_details", "output_tokens_details") ?? 0)
    }
}
