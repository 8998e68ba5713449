import RelayDomain

/// What a request says beside its body.
struct APIParameter: Sendable {
    enum Place: String { case path, query, header }

    let name: String
    let place: Place
    let schema: Schema
    let text: String
    var isRequired = false

    static func query(_ name: String, _ schema: Schema, _ text: String) -> APIParameter {
        APIParameter(name: name, place: .query, schema: schema, text: text)
    }

    static func path(_ name: String, _ schema: Schema, _ text: String) -> APIParameter {
        APIParameter(name: name, place: .path, schema: schema, text: text, isRequired: true)
    }

    static func header(_ name: String, _ schema: Schema, _ text: String) -> APIParameter {
        APIParameter(name: name, place: .header, schema: schema, text: text)
    }

    var json: JSONValue {
        [
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired), "description": .string(text),
            "schema": schema.json,
        ]
    }
}

extension APIParameter {
    /// A page of a list: how long it is and where it begins.
    static func page<Kind: IdentifierKind>(of kind: Kind.Type) -> [APIParameter] {
        let items = Int64(ConsoleLimits.pageItems.lowerBound)...Int64(ConsoleLimits.pageItems.upperBound)
        let limit = Schema.integer(in: items).with("default", .integer(Int64(ConsoleLimits.defaultPageItems)))
        return [.query("limit", limit, "Items of the page."), .query("cursor", .id(kind), "The `next` of the page before.")]
    }
}
