import RelayDomain

/// What of a chat completion request becomes input.
///
/// Every member of a message is counted, known or not, and so is every member of the body that is not known to stay out of the prompt.
/// Images are bounded by their size (``ImageTokens``), not by the bytes that they take.
struct ChatPrompt {
    /// Members of the body that no model reads. Source: OpenAI's API reference, "Create chat completion".
    private static let silent: [StaticString] = [
        "model", "models", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "best_of", "temperature",
        "top_p", "frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "top_logprobs", "stop", "seed", "user", "store",
        "metadata", "service_tier", "parallel_tool_calls", "reasoning_effort", "verbosity", "prompt_cache_key", "prompt_cache_retention",
        "safety_identifier", "modalities", "audio",
    ]

    private var reader: PromptReader

    init(reader: PromptReader) {
        self.reader = reader
    }

    mutating func read(_ body: JSONValueView) {
        reader.tokens(PromptOverhead.reply)
        body.forEachMember { key, value in
            if key.isText("messages") {
                if value.kind == .array { value.forEachElement { message($0) } } else { reader.json(value) }
            } else if key.isText("tools") || key.isText("functions") {
                reader.tools(value)
            } else if key.isText("response_format") {
                reader.format(value)
            } else if key.isText("tool_choice") || key.isText("function_call") {
                reader.toolChoice(value)
            } else if !Self.silent.contains(where: { key.isText($0) }) {
                reader.text(key)
                reader.json(value, plus: PromptOverhead.message)
            }
        }
    }

    // MARK: Messages

    private mutating func message(_ message: JSONValueView) {
        reader.tokens(PromptOverhead.message)
        guard message.kind == .object else { return reader.json(message) }
        message.forEachMember { key, value in
            if value.kind == .null { return }
            if key.isText("role") {
                reader.string(value)
                if value.isString("tool") || value.isString("function") { reader.tokens(PromptOverhead.toolResult) }
            } else if key.isText("content") {
                content(value)
            } else if key.isText("name") {
                reader.string(value)
                reader.tokens(PromptOverhead.name)
            } else if key.isText("tool_calls") {
                if value.kind != .array { reader.json(value) }
                value.forEachElement { reader.json($0, plus: PromptOverhead.toolCall) }
            } else if key.isText("tool_call_id") {
                reader.string(value)
            } else {
                reader.text(key)
                reader.json(value, plus: PromptOverhead.toolCall)
            }
        }
    }

    private mutating func content(_ value: JSONValueView) {
        switch value.kind {
        case .string: reader.string(value)
        case .array: value.forEachElement { part($0) }
        default: reader.json(value)
        }
    }

    /// A part is read by its type. Where that leaves open what an upstream makes of it, because the type is missing, unknown or given
    /// twice, all of it counts as text too.
    private mutating func part(_ part: JSONValueView) {
        var types = 0
        var isKnown = part.kind == .object
        part.forEachMember { key, value in
            guard key.isText("type") else { return }
            types += 1
            isKnown = isKnown && (value.isString("text") || value.isString("image_url") || value.isString("refusal"))
        }
        if types != 1 || !isKnown { reader.string(part) }
        part.forEachMember { key, value in
            if key.isText("image_url") {
                reader.tokens(reader.image(value))
            } else if types == 1, isKnown, !key.isText("type") {
                if !key.isText("text"), !key.isText("refusal") { reader.text(key) }
                reader.string(value)
            }
        }
    }
}
