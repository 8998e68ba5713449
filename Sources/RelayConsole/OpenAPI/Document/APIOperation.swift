import Hummingbird
import RelayDomain

/// A method and a path, and all that can come of calling it.
struct APIOperation: Sendable {
    let method: HTTPRequest.Method
    /// As the route has it: `/v1/receipts/{request_id}`.
    let path: String
    /// `operationId`: what generated clients call it.
    let name: String
    let tag: String
    let summary: String
    var text: String?
    var parameters: [APIParameter] = []
    /// The JSON body; nil where there is none.
    var body: Schema?
    var isBodyRequired = true
    let answers: [APIAnswer]
    let refusals: RefusalFamily
    /// A body that can be sent.
    var example: JSONValue?
    /// Codes beyond those of its family.
    var furtherCodes: [Refusal.Code] = []

    var json: JSONValue {
        var fields: [JSONValue.Field] = []
        func add(_ name: String, _ value: JSONValue) { fields.append(JSONValue.Field(name: name, value: value)) }
        add("operationId", .string(name))
        add("tags", .array([.string(tag)]))
        add("summary", .string(summary))
        if let text { add("description", .string(text)) }
        if !refusals.needsKey { add("security", .array([])) }
        if !parameters.isEmpty { add("parameters", .array(parameters.map(\.json))) }
        if let body {
            let content: JSONValue = ["schema": body.json]
            add(
                "requestBody",
                [
                    "required": .bool(isBodyRequired),
                    "content": ["application/json": example.map { content.appending("example", $0) } ?? content],
                ])
        }
        let wellDone = answers.map { JSONValue.Field(name: "\($0.status)", value: $0.json) }
        add("responses", .object(wellDone + refusals.responses(with: furtherCodes)))
        return .object(fields)
    }
}
