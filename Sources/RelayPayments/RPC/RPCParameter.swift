/// A parameter of a call. Every text that is sent is hexadecimal digits or a tag, so nothing has to be escaped.
enum RPCParameter: Hashable, Sendable {
    case null
    case bool(Bool)
    case text(String)
    case array([RPCParameter])
    case object([Field])

    struct Field: Hashable, Sendable {
        let name: String
        let value: RPCParameter
    }

    /// JSON, without white space.
    var json: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .text(let text): "\"\(text)\""
        case .array(let values): "[\(values.map(\.json).joined(separator: ","))]"
        case .object(let fields): "{\(fields.map { "\"\($0.name)\":\($0.value.json)" }.joined(separator: ","))}"
        }
    }
}

extension RPCParameter: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral fields: (String, RPCParameter)...) {
        self = .object(fields.map { Field(name: $0, value: $1) })
    }
}
