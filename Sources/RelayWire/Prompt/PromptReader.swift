/// Reads the values that all prompts have in common: texts, schemas, tools, images.
struct PromptReader {
    let visit: (PromptPart) -> Void
    private var scratch: [UInt8] = []

    init(visit: @escaping (PromptPart) -> Void) {
        self.visit = visit
    }

    func tokens(_ count: Int64) { visit(.tokens(count)) }

    func text(_ text: UnsafeRawBufferPointer) { visit(.text(text)) }

    /// A value as its own JSON text, which is what a model is shown of it at the most.
    func json(_ value: JSONValueView, plus tokens: Int64 = 0) {
        text(value.bytes)
        if tokens > 0 { self.tokens(tokens) }
    }

    /// What a string stands for; any other value as its JSON text.
    mutating func string(_ value: JSONValueView) {
        guard value.kind == .string else { return json(value) }
        let written = value.stringText
        guard written.contains(ASCII.backslash) else { return text(written) }
        scratch.removeAll(keepingCapacity: true)
        JSONText.decode(written, into: &scratch)
        scratch.withUnsafeBytes { text($0) }
    }

    func tools(_ value: JSONValueView) {
        if value.kind == .null { return }
        var hasTools = value.kind != .array
        if hasTools { json(value, plus: PromptOverhead.tool) }
        value.forEachElement { tool in
            hasTools = true
            json(tool, plus: PromptOverhead.tool)
        }
        if hasTools { tokens(PromptOverhead.tools) }
    }

    mutating func toolChoice(_ value: JSONValueView) {
        if value.kind == .object { json(value, plus: PromptOverhead.toolChoice) } else { string(value) }
    }

    /// An answer's form: `{"type":"text"}` and `{"type":"json_object"}` cost nothing.
    mutating func format(_ value: JSONValueView) {
        guard value.kind == .object else { return string(value) }
        value.forEachMember { key, value in
            if key.isText("type"), value.kind == .string { return }
            text(key)
            json(value, plus: PromptOverhead.schema)
        }
    }

    /// The most that an image costs; whatever else its object holds counts as text.
    /// - Parameters:
    ///   - value: an image's URL, or an object with its `url`.
    ///   - detail: what stands beside it.
    func image(_ value: JSONValueView, detail: JSONValueView? = nil) -> Int64 {
        guard value.kind == .object else {
            return ImageTokens.bound(url: value.kind == .string ? value.stringText : nil, detail: detail)
        }
        var urls: [JSONValueView] = []
        var details = detail.map { [$0] } ?? []
        value.forEachMember { key, value in
            if key.isText("url"), value.kind == .string {
                urls.append(value)
            } else if key.isText("detail") {
                details.append(value)
            } else {
                text(key)
                json(value)
            }
        }
        return ImageTokens.bound(
            url: urls.count == 1 ? urls[0].stringText : nil, detail: details.count == 1 ? details[0] : nil)
    }
}
