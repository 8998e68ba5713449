import NIOCore

/// What a request asks for, whichever endpoint it came to.
struct UpstreamRequest: Equatable, Sendable {
    /// What only the requests of one endpoint say.
    enum Particulars: Equatable, Sendable {
        case chat
        case responses(ResponseParticulars)
        case completions(CompletionParticulars)
        case embeddings(EmbeddingParticulars)
        case moderations(ModerationParticulars)
    }

    var model: String
    var particulars = Particulars.chat
    /// The last text of the role `user`, or where there are no roles the first text, without its directive.
    var userText = ""
    /// The directives of `[[simulate …]]` in that text.
    var directives: String?
    var promptTokens = 0
    var streams = false
    /// Whether a stream reports usage when nothing else is said.
    var includesUsage = false
    /// Output tokens of one generation.
    var outputLimit: Int?
    /// Choices that the answer has.
    var choices = 1
    /// Answers that are generated and counted: with `best_of` more than are sent; 0 where nothing is generated.
    var generations = 1
    /// The name of the first function that the request offers as a tool.
    var toolName: String?

    /// A plain chat request.
    init(model: String) {
        self.model = model
    }

    /// Reads a request's body.
    ///
    /// - Throws: `RequestRefusal`, as the real API refuses.
    init(_ endpoint: Endpoint, body: ByteBuffer, counting tokenCount: TokenCount = TokenCount()) throws(RequestRefusal) {
        switch endpoint {
        case .chat: try self.init(chat: body.decoded(), counting: tokenCount)
        case .responses: try self.init(responses: body.decoded(), counting: tokenCount)
        case .completions: try self.init(completions: body.decoded(), counting: tokenCount)
        case .embeddings: try self.init(embeddings: body.decoded(), counting: tokenCount)
        case .moderations: try self.init(moderations: body.decoded())
        }
    }

    /// - Throws: `RequestRefusal` where the model is missing.
    init(requiring model: String?) throws(RequestRefusal) {
        guard let model else { throw RequestRefusal(message: "you must provide a model parameter", param: "model") }
        self.init(model: model)
    }

    var endpoint: Endpoint {
        switch particulars {
        case .chat: .chat
        case .responses: .responses
        case .completions: .completions
        case .embeddings: .embeddings
        case .moderations: .moderations
        }
    }

    /// Takes the text that the answer may repeat, and what it says to the simulator.
    mutating func read(userText text: String) {
        let found = BehaviourText.directive(in: text)
        userText = found?.remainder ?? text
        directives = found?.directives
    }
}
