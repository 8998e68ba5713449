/// How the simulator counts tokens: four bytes are one. A real tokenizer belongs here.
enum TokenCount {
    static let bytesPerToken = 4
    private static let tokensPerMessage = 3
    private static let tokensPerReply = 3

    /// Tokens of a text: its bytes divided by four, rounded up.
    static func text(bytes: Int) -> Int {
        (bytes + bytesPerToken - 1) / bytesPerToken
    }

    /// Tokens of a prompt: the text of all contents together, 3 for each message, and 3 for the reply's beginning.
    static func prompt(contentBytes: Int, messages: Int) -> Int {
        text(bytes: contentBytes) + messages * tokensPerMessage + tokensPerReply
    }
}
