/// In a script, a behaviour is a string of directives or an object of them.
extension SimulatedBehaviour: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            try self.init(text)
            return
        }
        self.init()
        let values = try container.decode([String: DirectiveValue].self)
        for (key, value) in values { try set(key, to: value.text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(directives)
    }
}

/// A directive's value in JSON: text, a whole number, or true and false.
struct DirectiveValue: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            text = flag ? "1" : "0"
        } else if let number = try? container.decode(Int.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }
}
