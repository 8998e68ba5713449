/// The fields of the JSON of `POST /v1/moderations` that the simulator looks at, as OpenAI's reference names them.
struct ModerationBody: Decodable {
    /// A string, strings, or the parts of one input.
    struct Input: Decodable {
        private struct Part: Decodable {
            let type: String
            let text: String?
        }

        let items: [ModeratedInput]
        /// The first text of all.
        let firstText: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                items = [.text]
                firstText = text
            } else if let texts = try? container.decode([String].self) {
                items = texts.map { _ in .text }
                firstText = texts.first
            } else {
                let parts = try container.decode([Part].self)
                let types = Set(parts.map(\.type))
                items = [ModeratedInput(hasText: types.contains("text"), hasImage: types.contains("image_url"))]
                firstText = parts.lazy.compactMap(\.text).first
            }
        }
    }

    let model: String?
    let input: Input?
}

/// What one result of a moderation is about.
struct ModeratedInput: Equatable, Sendable {
    var hasText: Bool
    var hasImage: Bool

    static let text = ModeratedInput(hasText: true, hasImage: false)
}
