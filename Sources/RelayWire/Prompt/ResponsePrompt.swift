/// What of a request for a response becomes input.
///
/// As in ``ChatPrompt``, every member of an item is counted, known or not, and so is every member of the body that is not known to stay out
/// of the prompt.
struct ResponsePrompt {
    /// Members of the body that no model reads. Source: OpenAI's API reference, "Create a model response".
    private static let silent: [StaticString] = [
        "model", "models", "stream", "stream_options", "max_output_tokens", "max_tool_calls", "temperature", "top_p", "top_logprobs",
        "store", "metadata", "service_tier", "parallel_tool_calls", "reasoning", "user", "prompt_cache_key", "prompt_cache_retention",
        "safety_identifier", "truncation", "include", "background", "previous_response_id", "conversation", "prompt",
    ]

    private var reader: PromptReader

    init(reader: PromptReader) {
        self.reader = reader
    }

    mutating func read(_ body: JSONValueView) {
        reader.tokens(PromptOverhead.response)
        body.forEachMember { key, value in
            if key.isText("input") {
                if value.kind == .array {
                    value.forEachElement { item($0) }
                } else {
                    reader.tokens(PromptOverhead.message)
                    reader.string(value)
                }
            } else if key.isText("instructions") {
                guard value.kind != .null else { return }
                reader.tokens(PromptOverhead.message)
                reader.string(value)
            } else if key.isText("tools") {
                reader.tools(value)
            } else if key.isText("text") {
                value.forEachMember { key, value in
                    if key.isText("format") { reader.format(value) } else if !key.isText("verbosity") { reader.json(value) }
                }
            } else if key.isText("tool_choice") {
                reader.toolChoice(value)
            } else if !Self.silent.contains(where: { key.isText($0) }) {
                reader.text(key)
                reader.json(value, plus: PromptOverhead.message)
            }
        }
    }

    /// A message, a tool's call or its result, a thought of an earlier answer.
    private mutating func item(_ item: JSONValueView) {
        reader.tokens(PromptOverhead.message)
        guard item.kind == .object else { return reader.json(item) }
        item.forEachMember { key, value in
            if value.kind == .null || (key.isText("type") && value.isString("message")) { return }
            if key.isText("role") { return reader.string(value) }
            if !key.isText("content") { reader.text(key) }
            if !key.isText("content"), !key.isText("type"), !key.isText("status") { reader.tokens(PromptOverhead.member) }
            contents(value)
        }
    }

    /// A text, or parts of it, some of which may be images. What lies deeper is counted as its JSON.
    private mutating func contents(_ value: JSONValueView) {
        switch value.kind {
        case .string: reader.string(value)
        case .array: value.forEachElement { part($0) }
        case .object: part(value)
        case .number, .bool, .null: reader.json(value)
        }
    }

    private mutating func part(_ value: JSONValueView) {
        guard value.kind == .object else { return reader.string(value) }
        var details: [JSONValueView] = []
        value.forEachMember { key, value in if key.isText("detail") { details.append(value) } }
        value.forEachMember { key, value in
            if key.isText("image_url") {
                reader.tokens(reader.image(value, detail: details.count == 1 ? details[0] : nil))
            } else if key.isText("type"), isPlainText(value) {
                return
            } else {
                if !key.isText("text") { reader.text(key) }
                reader.tokens(PromptOverhead.punctuation)
                reader.string(value)
            }
        }
    }

    private func isPlainText(_ type: JSONValueView) -> Bool {
        type.isString("input_text") || type.isString("output_text") || type.isString("input_image")
    }
}
