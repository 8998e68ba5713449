import RelayDomain

/// What of a chat completion request becomes input, part by part: always at least what the upstream will report.
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

    private let visit: (PromptPart) -> Void
    private var scratch: [UInt8] = []

    /// - Parameter body: a whole body that was scanned.
    static func forEachPart(of body: UnsafeRawBufferPointer, _ visit: (PromptPart) -> Void) {
        withoutActuallyEscaping(visit) { visit in
            var prompt = ChatPrompt(visit: visit)
            prompt.read(JSONValueView(bytes: body.trimmed))
        }
    }

    private init(visit: @escaping (PromptPart) -> Void) {
        self.visit = visit
    }

    private mutating func read(_ body: JSONValueView) {
        visit(.tokens(PromptOverhead.reply))
        body.forEachMember { key, value in
            if key.isText("messages") {
                value.forEachElement { message($0) }
            } else if key.isText("tools") || key.isText("functions") {
                tools(value)
            } else if key.isText("response_format") {
                responseFormat(value)
            } else if key.isText("tool_choice") || key.isText("function_call") {
                if value.kind == .object { json(value, plus: PromptOverhead.toolChoice) } else { visit(.tokens(1)) }
            } else if !Self.silent.contains(where: { key.isText($0) }) {
                visit(.text(key))
                json(value, plus: PromptOverhead.message)
            }
        }
    }

    // MARK: Messages

    private mutating func message(_ message: JSONValueView) {
        visit(.tokens(PromptOverhead.message))
        message.forEachMember { key, value in
            if value.kind == .null { return }
            if key.isText("role") {
                string(value)
                if value.isString("tool") || value.isString("function") { visit(.tokens(PromptOverhead.toolResult)) }
            } else if key.isText("content") {
                content(value)
            } else if key.isText("name") {
                string(value)
                visit(.tokens(PromptOverhead.name))
            } else if key.isText("tool_calls") {
                value.forEachElement { json($0, plus: PromptOverhead.toolCall) }
            } else if key.isText("tool_call_id") {
                string(value)
            } else {
                visit(.text(key))
                json(value, plus: PromptOverhead.toolCall)
            }
        }
    }

    private mutating func content(_ value: JSONValueView) {
        switch value.kind {
        case .string: string(value)
        case .array: value.forEachElement { part($0) }
        default: json(value, plus: 0)
        }
    }

    private mutating func part(_ part: JSONValueView) {
        guard part.kind == .object, let type = part.member("type") else { return string(part) }
        if type.isString("text"), let text = part.member("text") {
            string(text)
        } else if type.isString("refusal"), let text = part.member("refusal") {
            string(text)
        } else if type.isString("image_url"), let image = part.member("image_url") {
            let url = image.kind == .object ? image.member("url") : image
            visit(.tokens(ImageTokens.bound(url: url?.stringText, detail: image.kind == .object ? image.member("detail") : nil)))
        } else {
            json(part, plus: 0)
        }
    }

    // MARK: Tools and schemas

    private mutating func tools(_ value: JSONValueView) {
        var hasTools = false
        value.forEachElement { tool in
            hasTools = true
            json(tool, plus: PromptOverhead.tool)
        }
        if hasTools { visit(.tokens(PromptOverhead.tools)) }
    }

    /// `{"type":"text"}` and `{"type":"json_object"}` cost nothing.
    private mutating func responseFormat(_ value: JSONValueView) {
        guard value.kind == .object, let schema = value.member("json_schema") else { return }
        json(schema, plus: PromptOverhead.schema)
    }

    // MARK: Texts

    /// A value as its own JSON text, which is what a model is shown of it at the most.
    private mutating func json(_ value: JSONValueView, plus tokens: Int64) {
        visit(.text(value.bytes))
        if tokens > 0 { visit(.tokens(tokens)) }
    }

    /// What a string stands for; any other value as its JSON text.
    private mutating func string(_ value: JSONValueView) {
        guard value.kind == .string else { return json(value, plus: 0) }
        let text = value.stringText
        guard text.contains(ASCII.backslash) else { return visit(.text(text)) }
        scratch.removeAll(keepingCapacity: true)
        JSONText.decode(text, into: &scratch)
        scratch.withUnsafeBytes { visit(.text($0)) }
    }
}

extension UnsafeRawBufferPointer {
    /// Without JSON's white space at both ends.
    fileprivate var trimmed: UnsafeRawBufferPointer {
        var range = 0..<count
        while let first = range.first, ASCII.isSpace(self[first]) { range.removeFirst() }
        while let last = range.last, ASCII.isSpace(self[last]) { range.removeLast() }
        return UnsafeRawBufferPointer(rebasing: self[range])
    }
}
