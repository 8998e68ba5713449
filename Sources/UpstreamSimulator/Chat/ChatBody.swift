/// The fields of a chat request's JSON that the simulator looks at, as OpenAI's reference names them.
struct ChatBody: Decodable {
    struct Message: Decodable {
        let role: String
        let name: String?
        let content: Content?
    }

    struct StreamOptions: Decodable {
        let includeUsage: Bool?

        private enum CodingKeys: String, CodingKey {
            case includeUsage = "include_usage"
        }
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

    /// An integer. Foundation calls the whole document broken when a number is none, and would not say where.
    struct WholeNumber: Decodable {
        let value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int.self) {
                self.value = value
            } else {
                let number = try container.decode(Double.self)
                let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(number) is no integer")
                throw DecodingError.typeMismatch(Int.self, context)
            }
        }
    }

    /// A message's content: a string, or parts of which only text counts.
    struct Content: Decodable {
        private struct Part: Decodable {
            let text: String?
        }

        let texts: [String]

        var text: String { texts.joined() }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                texts = [text]
            } else {
                texts = try container.decode([Part].self).compactMap(\.text)
            }
        }
    }
}
