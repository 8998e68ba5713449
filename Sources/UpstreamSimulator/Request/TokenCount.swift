import RelayTokenizer

/// How the simulator counts tokens: with a vocabulary, a prompt as OpenAI counts it; without one, and for what it writes itself, four
/// bytes are one.
struct TokenCount: Sendable {
    static let bytesPerToken = 4
    private static let tokensPerMessage = 3
    private static let tokensPerReply = 3

    var tokenizer: Tokenizer?

    /// Tokens of a text: its bytes divided by four, rounded up.
    static func text(bytes: Int) -> Int {
        (bytes + bytesPerToken - 1) / bytesPerToken
    }

    /// Tokens of a prompt: 3 for each message, and 3 for the reply's beginning; with a vocabulary each message's role, content and name, and
    /// 1 for the name, without one the text of all contents together.
    func prompt(_ messages: [ChatBody.Message]) -> Int {
        let frame = messages.count * Self.tokensPerMessage + Self.tokensPerReply
        guard let tokenizer else {
            return frame + Self.text(bytes: messages.reduce(0) { $0 + ($1.content?.text.utf8.count ?? 0) })
        }
        return messages.reduce(frame) { sum, message in
            let texts = [message.role] + (message.content?.texts ?? [])
            return texts.reduce(sum) { $0 + tokenizer.count($1) } + (message.name.map { tokenizer.count($0) + 1 } ?? 0)
        }
    }

    /// Tokens of the input of a response: as for chat, with the instructions as one more message; items that are no messages are counted
    /// as their JSON.
    func prompt(_ items: [ResponseBody.Item], instructions: String?) -> Int {
        var items = items
        if let instructions { items.insert(.message(role: "system", texts: [instructions]), at: 0) }
        var frame = Self.tokensPerReply
        var roles: [String] = []
        var texts: [String] = []
        for item in items {
            switch item {
            case .message(let role, let content):
                frame += Self.tokensPerMessage
                roles.append(role)
                texts += content
            case .other(let json): texts.append(json)
            }
        }
        guard let tokenizer else { return frame + Self.text(bytes: texts.reduce(0) { $0 + $1.utf8.count }) }
        return (roles + texts).reduce(frame) { $0 + tokenizer.count($1) }
    }

    /// Tokens of inputs that have no frame.
    func inputs(_ items: [TextOrTokens]) -> Int {
        items.reduce(0) { sum, item in
            switch item {
            case .text(let text): sum + (tokenizer?.count(text) ?? Self.text(bytes: text.utf8.count))
            case .tokens(let tokens): sum + tokens.count
            }
        }
    }
}
