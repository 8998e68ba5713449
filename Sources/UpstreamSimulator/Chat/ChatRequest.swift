import Foundation
import NIOCore

/// What a chat request asks for.
struct ChatRequest: Equatable, Sendable {
    var model: String
    /// The last message of the role `user`, without its directive.
    var lastUserText = ""
    /// The directives of `[[simulate …]]` in that message.
    var directives: String?
    var promptTokens = 0
    var streams = false
    var includesUsage = false
    /// Output tokens of one choice: the smaller of `max_tokens` and `max_completion_tokens`.
    var outputLimit: Int?
    var choices = 1
    /// The name of the first tool that the request offers.
    var toolName: String?

    init(model: String) {
        self.model = model
    }

    /// Reads a request's body.
    ///
    /// - Throws: `ChatRefusal`, as the real API refuses.
    init(body: ByteBuffer, counting tokenCount: TokenCount = TokenCount()) throws(ChatRefusal) {
        let decoded = try Self.decode(body)
        guard let model = decoded.model else {
            throw ChatRefusal(message: "you must provide a model parameter", param: "model")
        }
        guard let messages = decoded.messages, !messages.isEmpty else {
            throw ChatRefusal(message: "Missing required parameter: 'messages'.", param: "messages", code: "missing_required_parameter")
        }
        self.init(model: model)
        promptTokens = tokenCount.prompt(messages)
        streams = decoded.stream ?? false
        includesUsage = decoded.streamOptions?.includeUsage ?? false
        outputLimit = try Self.limit(decoded)
        choices = decoded.n?.value ?? 1
        guard (1...SimulatorLimits.choices).contains(choices) else {
            throw ChatRefusal(message: "Invalid 'n': expected a value from 1 to \(SimulatorLimits.choices).", param: "n")
        }
        toolName = decoded.tools?.first?.function?.name
        lastUserText = messages.last { $0.role == "user" }?.content?.text ?? ""
        if let found = BehaviourText.directive(in: lastUserText) {
            directives = found.directives
            lastUserText = found.remainder
        }
    }

    private static func decode(_ body: ByteBuffer) throws(ChatRefusal) -> ChatBody {
        do {
            return try JSONDecoder().decode(ChatBody.self, from: Data(body.readableBytesView))
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
            let param = context.codingPath.first?.stringValue
            throw ChatRefusal(message: "Invalid type for '\(param ?? "body")'.", param: param, code: "invalid_type")
        } catch let DecodingError.keyNotFound(key, context) {
            let param = (context.codingPath.first ?? key).stringValue
            throw ChatRefusal(
                message: "Missing required parameter: '\(key.stringValue)'.", param: param, code: "missing_required_parameter")
        } catch {
            throw ChatRefusal(message: "We could not parse the JSON body of your request.")
        }
    }

    private static func limit(_ body: ChatBody) throws(ChatRefusal) -> Int? {
        for (name, value) in [("max_tokens", body.maxTokens), ("max_completion_tokens", body.maxCompletionTokens)] {
            guard let value = value?.value, value < 1 else { continue }
            throw ChatRefusal(
                message: "Invalid '\(name)': integer below minimum value. Expected a value >= 1, but got \(value) instead.",
                param: name, code: "integer_below_min_value")
        }
        let limits = [body.maxTokens, body.maxCompletionTokens].compactMap { $0?.value }
        return limits.min().map { min($0, SimulatorLimits.tokens) }
    }
}
