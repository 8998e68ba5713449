/// What a request is answered with when all goes well.
struct APIAnswer: Sendable {
    let status: Int
    let text: String
    /// By media type.
    var content: [(type: String, schema: Schema)] = []
    var headers: [APIHeader] = [.requestID]

    /// A list, page by page or whole: `ListView`.
    static func list(of name: String, _ text: String, headers: [APIHeader] = [.requestID]) -> APIAnswer {
        .json(CustomerSchemas.list(of: .named(name)), text, headers: headers)
    }

    static func json(_ schema: Schema, _ text: String, status: Int = 200, headers: [APIHeader] = [.requestID]) -> APIAnswer {
        APIAnswer(status: status, text: text, content: [("application/json", schema)], headers: headers)
    }

    var json: JSONValue {
        var json: JSONValue = ["description": .string(text)]
        if !headers.isEmpty {
            json = json.appending("headers", .object(headers.map { JSONValue.Field(name: $0.rawValue, value: $0.reference) }))
        }
        guard !content.isEmpty else { return json }
        let fields = content.map { JSONValue.Field(name: $0.type, value: ["schema": $0.schema.json]) }
        return json.appending("content", .object(fields))
    }
}
