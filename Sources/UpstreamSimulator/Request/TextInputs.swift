/// One text, or what it was before: the ids of its tokens.
enum TextOrTokens: Equatable, Sendable {
    case text(String)
    case tokens([Int])

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}

/// A `prompt` or an `input`: a string, strings, token ids, or lists of token ids.
struct TextInputs: Decodable {
    let items: [TextOrTokens]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            items = [.text(text)]
        } else if let texts = try? container.decode([String].self) {
            items = texts.map(TextOrTokens.text)
        } else if let tokens = try? container.decode([Int].self) {
            items = [.tokens(tokens)]
        } else {
            items = try container.decode([[Int]].self).map(TextOrTokens.tokens)
        }
    }

    /// The first that is a text: there the simulator is told what to do.
    static func firstText(of items: [TextOrTokens]) -> String {
        items.lazy.compactMap(\.text).first ?? ""
    }
}
