internal import RelayDomain

/// The counts of one usage object while it is read.
///
/// Two families of names are known: `prompt_tokens` and `completion_tokens` of chat, `input_tokens` and `output_tokens` of responses.
/// Where both are given, chat's win. Source: OpenAI's API reference, and what compatible upstreams send.
struct UsageReport: Sendable {
    private enum Count: Equatable {
        case absent, null, nonsense
        case tokens(Int64)

        var tokens: Int64? {
            if case .tokens(let tokens) = self { tokens } else { nil }
        }
    }

    private var prompt = Count.absent
    private var input = Count.absent
    private var completion = Count.absent
    private var output = Count.absent
    private var promptCached = Count.absent
    private var inputCached = Count.absent
    private var completionReasoning = Count.absent
    private var outputReasoning = Count.absent

    /// Whether the member is one of the counts.
    static func counts(_ role: AnswerRole, _ key: AnswerKey) -> Bool {
        switch key {
        case .promptTokens, .inputTokens, .completionTokens, .outputTokens, .slice: true
        default: false
        }
    }

    mutating func setNull(_ role: AnswerRole, _ key: AnswerKey) { set(.null, role, key) }

    /// - Parameter tokens: nil for what is no sensible count.
    mutating func set(_ tokens: Int64?, _ role: AnswerRole, _ key: AnswerKey) {
        set(tokens.map(Count.tokens) ?? .nonsense, role, key)
    }

    private mutating func set(_ count: Count, _ role: AnswerRole, _ key: AnswerKey) {
        switch (key, role) {
        case (.promptTokens, _): prompt = count
        case (.inputTokens, _): input = count
        case (.completionTokens, _): completion = count
        case (.outputTokens, _): output = count
        case (.slice, .promptDetails): promptCached = count
        case (.slice, .inputDetails): inputCached = count
        case (.slice, .completionDetails): completionReasoning = count
        case (.slice, .outputDetails): outputReasoning = count
        default: break
        }
    }

    /// The figures, once the object is closed. A count that is missing or null is zero beside one that is given.
    /// - Returns: nil where any count is nonsense, where neither prompt nor completion is given, and where an object without
    ///   `prompt_tokens` has nothing but zeros.
    var reported: ReportedUsage? {
        let counts = [prompt, input, completion, output, promptCached, inputCached, completionReasoning, outputReasoning]
        guard !counts.contains(.nonsense) else { return nil }
        let promptTokens = prompt.tokens ?? input.tokens
        let completionTokens = completion.tokens ?? output.tokens
        guard promptTokens != nil || completionTokens != nil else { return nil }
        if prompt == .absent, promptTokens ?? 0 == 0, completionTokens ?? 0 == 0 { return nil }
        return ReportedUsage(
            prompt: promptTokens ?? 0,
            cached: promptCached.tokens ?? inputCached.tokens ?? 0,
            completion: completionTokens ?? 0,
            reasoning: completionReasoning.tokens ?? outputReasoning.tokens ?? 0)
    }
}
