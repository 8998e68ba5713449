internal import RelayDomain

/// Bounds of what one request may ask at once.
enum PromptLimit {
    /// Prompts of one completion request: OpenAI's own limit of an array.
    static let prompts: Int64 = 2_048
}

extension RequestFields where Field == BodyField {
    /// Requires the endpoint's input.
    /// - Returns: how many prompts it has, each of which gets answers of its own.
    func prompts(of endpoint: Endpoint) throws(Refusal) -> Int64 {
        let field = endpoint.promptField
        switch endpoint {
        case .chatCompletions:
            try requireElements(field)
            return 1
        case .responses, .embeddings, .moderations, .inputTokens:
            try requireText(field)
            return 1
        case .completions:
            try requireText(field)
            return try count(of: field)
        }
    }

    /// Requires a string, or an array that is not empty.
    private func requireText(_ field: BodyField) throws(Refusal) {
        guard let member = present(field) else { throw field.refusal("is missing") }
        if member.kind == .string { return }
        guard member.kind == .array else { throw field.refusal("must be a string or an array") }
        try requireElements(field)
    }

    /// An array of strings, or of arrays of tokens, is as many prompts; an array of tokens is one.
    private func count(of field: BodyField) throws(Refusal) -> Int64 {
        guard let member = present(field), member.kind == .array else { return 1 }
        var counts: [JSONKind: Int64] = [:]
        JSONValueView(bytes: value(member)).forEachElement { counts[$0.kind, default: 0] += 1 }
        guard counts.count == 1, let (kind, count) = counts.first, kind == .string || kind == .number || kind == .array else {
            throw field.refusal("must be an array of strings, of tokens, or of arrays of tokens")
        }
        guard kind != .number else { return 1 }
        guard count <= PromptLimit.prompts else { throw field.refusal("must not hold more than \(PromptLimit.prompts) prompts") }
        return count
    }
}
