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
                if value.kind == .array { value.forEachElement { message($0) } } else { json(value, plus: 0) }
            } else if key.isText("tools") || key.isText("functions") {
                tools(value)
            } else if key.isText("response_format") {
                responseFormat(value)
            } else if key.isText("tool_choice") || key.isText("function_call") {
                if value.kind == .object { json(value, plus: PromptOverhead.toolChoice) } else { string(value) }
            } else if !Self.silent.contains(where: { key.isText($0) }) {
                visit(.text(key))
                json(value, plus: PromptOverhead.message)
            }
        }
    }

    // MARK: Messages

    private mutating func message(_ message: JSONValueView) {
        visit(.tokens(PromptOverhead.message))
        guard message.kind == .object else { return json(message, plus: 0) }
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
                if value.kind != .array { json(value, plus: 0) }
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
        if types != 1 || !isKnown { string(part) }
        part.forEachMember { key, value in
            if key.isText("image_url") {
                visit(.tokens(image(value)))
            } else if types == 1, isKnown, !key.isText("type") {
                if !key.isText("text"), !key.isText("refusal") { visit(.text(key)) }
                string(value)
            }
        }
    }

    /// The most that an image costs; whatever else its object holds counts as text.
    private mutating func image(_ value: JSONValueView) -> Int64 {
        guard value.kind == .object else { return ImageTokens.bound(url: value.kind == .string ? value.stringText : nil, detail: nil) }
        var urls: [JSONValueView] = []
        var details: [JSONValueView] = []
        value.forEachMember { key, value in
            if key.isText("url"), value.kind == .string {
                urls.append(value)
            } else if key.isText("detail") {
                details.append(value)
            } else {
                visit(.text(key))
                json(value, plus: 0)
            }
        }
        return ImageTokens.bound(
            url: urls.count == 1 ? urls[0].stringText : nil, detail: details.count == 1 ? details[0] : nil)
    }

    // MARK: Tools and schemas

    private mutating func tools(_ value: JSONValueView) {
        if value.kind == .null { return }
        var hasTools = value.kind != .array
        if hasTools { json(value, plus: PromptOverhead.tool) }
        value.forEachElement { tool in
            hasTools = true
            json(tool, plus: PromptOverhead.tool)
        }
        if hasTools { visit(.tokens(PromptOverhead.tools)) }
    }

    /// `{"type":"text"}` and `{"type":"json_object"}` cost nothing.
    private mutating func responseFormat(_ value: JSONValueView) {
        guard value.kind == .object else { return string(value) }
        value.forEachMember { key, value in
            if key.isText("type"), value.kind == .string { return }
            visit(.text(key))
            json(value, plus: PromptOverhead.schema)
        }
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
