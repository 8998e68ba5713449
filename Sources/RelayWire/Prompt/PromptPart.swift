/// A piece of what an upstream counts as input.
public enum PromptPart {
    /// UTF-8 that is tokenized apart from the other parts. Valid only within the call that hands it over.
    case text(UnsafeRawBufferPointer)
    /// So many tokens, whatever the text.
    case tokens(Int64)
}

/// How many tokens stand between the texts of a prompt, and what bounds the parts whose rendering is not published.
///
/// The figures of plain messages are exact for GPT-4o and GPT-4.1 and one too many for GPT-5 (OpenAI's cookbook, "How to count tokens with
/// tiktoken", and recorded calls). Those of tools and schemas are bounds that recorded calls stay below: upstreams render
/// tools as TypeScript declarations, which are shorter than their JSON, behind a preamble that the GPT-5 models make longest.
enum PromptOverhead {
    static let message: Int64 = 3
    static let name: Int64 = 1
    static let reply: Int64 = 3
    /// Once, around the items of a response: recorded calls have about 18.
    static let response: Int64 = 24
    /// A member of an item, with what separates it from the next.
    static let member: Int64 = 4
    static let punctuation: Int64 = 2
    /// What a model may put before or behind a text that is no message.
    static let text: Int64 = 2
    /// Once, where a request has tools.
    static let tools: Int64 = 112
    static let tool: Int64 = 16
    static let toolCall: Int64 = 24
    static let toolResult: Int64 = 8
    static let toolChoice: Int64 = 16
    static let schema: Int64 = 24
}
