/// The fields of a chat request's JSON that the simulator looks at, as OpenAI's reference names them.
struct ChatBody: Decodable {
    struct Message: Decodable {
        let role: String
        let name: String?
        let content: ContentText?
    }

    struct Tool: Decodable {
        struct Function: Decodable {
            let name: String?
        }

        let function: Function?
    }

    let model: String?
    let messages: [Message]?
    let stream: Bool?
    let streamOptions: StreamOptions?
    let maxTokens: WholeNumber?
    let maxCompletionTokens: WholeNumber?
    let n: WholeNumber?
    let tools: [Tool]?

    private enum CodingKeys: String, CodingKey {
        case model, messages, stream, n, tools
        case streamOptions = "stream_options"
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }
}
