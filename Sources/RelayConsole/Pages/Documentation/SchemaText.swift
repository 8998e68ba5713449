/// What a schema says, in a few words.
enum SchemaText {
    /// `string`, `array of Message`, `"a" or "b"`.
    static func type(of schema: JSONValue) -> String {
        if case .string(let reference)? = member("$ref", of: schema) {
            return String(reference.split(separator: "/").last ?? "")
        }
        if case .array(let words)? = member("enum", of: schema) { return words.map(\.jsonText).joined(separator: " or ") }
        if let constant = member("const", of: schema) { return constant.jsonText }
        if case .array(let parts)? = member("anyOf", of: schema) { return joined(parts, " or ") }
        if case .array(let parts)? = member("allOf", of: schema) { return joined(parts, " and ") }
        guard case .string(let type)? = member("type", of: schema) else { return "any" }
        switch type {
        case "array": return "array of " + (member("items", of: schema).map(Self.type) ?? "any")
        case "null": return "null"
        default:
            guard case .string(let format)? = member("format", of: schema) else { return type }
            return "\(type), \(format)"
        }
    }

    /// What it says of itself.
    static func description(of schema: JSONValue) -> String {
        guard case .string(let text)? = member("description", of: schema) else { return "" }
        return text
    }

    /// Its type, or what it says of itself where JSON has no type for it.
    static func summary(of schema: JSONValue) -> String {
        let text = description(of: schema)
        let isJSON = member("type", of: schema) != .string("string") && type(of: schema) != "any"
        return isJSON || text.isEmpty ? type(of: schema) : text
    }

    /// The members of an object, with whether each must be there.
    static func members(of schema: JSONValue) -> [(name: String, schema: JSONValue, isRequired: Bool)] {
        guard case .object(let properties)? = member("properties", of: schema) else { return [] }
        var required: [JSONValue] = []
        if case .array(let names)? = member("required", of: schema) { required = names }
        return properties.map { ($0.name, $0.value, required.contains(.string($0.name))) }
    }

    private static func joined(_ schemas: [JSONValue], _ word: String) -> String {
        var words: [String] = []
        for type in schemas.map(type) where !words.contains(type) { words.append(type) }
        return words.joined(separator: word)
    }

    private static func member(_ name: String, of schema: JSONValue) -> JSONValue? {
        guard case .object(let fields) = schema else { return nil }
        return fields.first { $0.name == name }?.value
    }
}
