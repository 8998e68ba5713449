/// What of a request becomes input whose prompt is a text, a list of texts, tokens, or lists of tokens.
struct TextPrompt {
    private var reader: PromptReader

    init(reader: PromptReader) {
        self.reader = reader
    }

    mutating func read(_ body: JSONValueView, field: BodyField) {
        body.forEachMember { key, value in
            // What a text ends with is written into the middle of a prompt.
            if key.isText("suffix"), value.kind != .null {
                reader.tokens(PromptOverhead.message)
                reader.string(value)
            } else if JSONText.equals(field.key.utf8, key) {
                prompts(value)
            }
        }
    }

    private mutating func prompts(_ value: JSONValueView) {
        switch value.kind {
        case .string:
            reader.tokens(PromptOverhead.text)
            reader.string(value)
        // A token that is given as its number.
        case .number: reader.tokens(1)
        case .array: value.forEachElement { prompts($0) }
        case .object: value.forEachMember { _, value in prompts(value) }
        case .bool, .null: reader.json(value)
        }
    }
}
