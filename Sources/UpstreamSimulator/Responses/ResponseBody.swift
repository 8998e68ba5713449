/// The fields of the JSON of `POST /v1/responses` that the simulator looks at, as OpenAI's reference names them.
struct ResponseBody: Decodable {
    /// A string is one message of the user.
    struct Input: Decodable {
        let items: [Item]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                items = [.message(role: "user", texts: [text])]
            } else {
                items = try container.decode([Item].self)
            }
        }
    }

    enum Item: Decodable, Equatable {
        /// `{"role", "content"}`, with or without `"type":"message"`.
        case message(role: String, texts: [String])
        /// A tool's output, reasoning, a reference: its JSON.
        case other(json: String)

        private enum CodingKeys: String, CodingKey {
            case type, role, content
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            let type = try values.decodeIfPresent(String.self, forKey: .type) ?? "message"
            if type == "message", let role = try values.decodeIfPresent(String.self, forKey: .role) {
                self = .message(role: role, texts: try values.decodeIfPresent(ContentText.self, forKey: .content)?.texts ?? [])
            } else {
                self = .other(json: try JSONText(from: decoder).text)
            }
        }
    }

    /// Unlike in chat, a function's name stands at the top of its tool.
    struct Tool: Decodable {
        let type: String?
        let name: String?
        let json: String

        private enum CodingKeys: String, CodingKey {
            case type, name
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            type = try values.decodeIfPresent(String.self, forKey: .type)
            name = try values.decodeIfPresent(String.self, forKey: .name)
            json = try JSONText(from: decoder).text
        }
    }

    let model: String?
    let input: Input?
    let instructions: String?
    let stream: Bool?
    let maxOutputTokens: WholeNumber?
    let tools: [Tool]?

    private enum CodingKeys: String, CodingKey {
        case model, input, instructions, stream, tools
        case maxOutputTokens = "max_output_tokens"
    }
}
