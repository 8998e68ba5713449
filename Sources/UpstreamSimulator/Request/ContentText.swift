/// A message's content: a string, or parts of which only text counts.
struct ContentText: Decodable {
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
