import RelayDomain

/// A JSON Schema (draft 2020-12, as OpenAPI 3.1 has it), as far as the descriptions need it.
struct Schema: Sendable {
    /// A member of an object.
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        /// Always there.
        static func field(_ name: String, _ schema: Schema, _ note: String? = nil) -> Member {
            Member(name: name, schema: note.map(schema.described) ?? schema, isRequired: true)
        }

        /// May be left out.
        static func optional(_ name: String, _ schema: Schema, _ note: String? = nil) -> Member {
            Member(name: name, schema: note.map(schema.described) ?? schema, isRequired: false)
        }
    }

    let json: JSONValue

    private init(_ json: JSONValue) { self.json = json }

    private init(type: String, _ more: [JSONValue.Field] = []) {
        json = .object([JSONValue.Field(name: "type", value: .string(type))] + more)
    }

    // MARK: Plain values

    static let any = Schema([:])
    static let string = Schema(type: "string")
    static let boolean = Schema(type: "boolean")
    static let integer = Schema(type: "integer")
    static let number = Schema(type: "number")
    static let time = Schema(type: "string", [JSONValue.Field(name: "format", value: .string("date-time"))])
    static let day = Schema(type: "string", [JSONValue.Field(name: "format", value: .string("date"))])

    /// Nothing but null, which is the same as leaving it out: a field that is refused.
    static let absent = Schema(type: "null")

    static func string(characters: ClosedRange<Int>) -> Schema {
        string.with("minLength", .number("\(characters.lowerBound)")).with("maxLength", .number("\(characters.upperBound)"))
    }

    static func string(pattern: String) -> Schema { string.with("pattern", .string(pattern)) }

    /// An identifier of a kind: its prefix, and 26 digits of Crockford's base 32.
    static func id<Kind: IdentifierKind>(_ kind: Kind.Type) -> Schema { string(pattern: "^\(Kind.prefix)[0-9a-hjkmnp-tv-z]{26}$") }

    static func words(_ words: [String]) -> Schema { string.with("enum", .array(words.map(JSONValue.string))) }

    static func integer(in range: ClosedRange<Int64>) -> Schema {
        integer.with("minimum", .integer(range.lowerBound)).with("maximum", .integer(range.upperBound))
    }

    static func integer(from minimum: Int64) -> Schema { integer.with("minimum", .integer(minimum)) }

    /// One word, the same always.
    static func word(_ word: String) -> Schema { string.with("const", .string(word)) }

    /// One value, the same always.
    static func constant(_ value: JSONValue) -> Schema { Schema(["const": value]) }

    // MARK: Compound values

    /// One of the document's own schemas.
    static func named(_ name: String) -> Schema { Schema(["$ref": .string("#/components/schemas/\(name)")]) }

    static func array(of items: Schema) -> Schema { Schema(["type": .string("array"), "items": items.json]) }

    static func array(of items: Schema, count: ClosedRange<Int>) -> Schema {
        array(of: items).with("minItems", .number("\(count.lowerBound)")).with("maxItems", .number("\(count.upperBound)"))
    }

    static func array(of items: Schema, atLeast count: Int) -> Schema { array(of: items).with("minItems", .number("\(count)")) }

    /// - Parameter isOpen: whether it may have members beyond those that are named.
    static func object(_ members: [Member], isOpen: Bool = false) -> Schema {
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        var schema = Schema([
            "type": .string("object"),
            "properties": .object(members.map { JSONValue.Field(name: $0.name, value: $0.schema.json) }),
        ])
        if !required.isEmpty { schema = schema.with("required", .array(required)) }
        return isOpen ? schema.with("additionalProperties", .bool(true)) : schema
    }

    static func either(_ schemas: [Schema]) -> Schema { Schema(["anyOf": .array(schemas.map(\.json))]) }

    static func all(_ schemas: [Schema]) -> Schema { Schema(["allOf": .array(schemas.map(\.json))]) }

    // MARK: What can be said of each

    var orNull: Schema { .either([self, .absent]) }

    func described(_ text: String) -> Schema { with("description", .string(text)) }

    func with(_ keyword: String, _ value: JSONValue) -> Schema { Schema(json.appending(keyword, value)) }
}
