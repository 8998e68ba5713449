import RelayTestKit
import RelayTokenizer

/// Prompts of an exact number of tokens.
enum Prompt {
    /// The input that OpenAI would report for one user message with this content.
    static func tokens(_ content: String, _ tokenizer: Tokenizer) -> Int64 { Int64(3 + 3 + 1 + tokenizer.count(content)) }

    /// A request of exactly so many input tokens, whose upstream reports just these.
    /// - Parameter directives: what the upstream is told beside it.
    static func chat(
        tokens wanted: Int64, output: Int, model: String = "gpt-5.2", isStream: Bool = false, directives: String = "",
        _ tokenizer: Tokenizer
    ) -> Chat {
        var chat = Chat(model: model, isStream: isStream, maxTokens: output)
        chat.directives = "prompt=\(wanted); completion=\(output); cached=0" + (directives.isEmpty ? "" : "; \(directives)")
        // A word is a token.
        chat.text = ""
        let own = tokens(content(of: chat), tokenizer)
        precondition(own <= wanted, "the directives alone have \(own) tokens")
        chat.text = String(repeating: " the", count: Int(wanted - own))
        precondition(tokens(content(of: chat), tokenizer) == wanted, "the words do not add up")
        return chat
    }

    private static func content(of chat: Chat) -> String { "\(chat.text) [[simulate \(chat.directives)]]" }
}
