import Hummingbird
import RelayDomain

/// A description of an API in OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1).
struct APIDescription: Sendable {
    let title: String
    let version: String
    let text: String
    /// What the bearer token is.
    let key: String
    var headers = APIHeader.allCases
    let families: [RefusalFamily]
    let operations: [APIOperation]
    /// What `Schema.named` refers to, beside ``errorSchemas``.
    let schemas: [(name: String, schema: Schema)]

    var json: JSONValue {
        [
            "openapi": .string("3.1.0"),
            "info": [
                "title": .string(title), "version": .string(version), "description": .string(text),
                "license": ["name": .string("Apache 2.0"), "identifier": .string("Apache-2.0")],
            ],
            "servers": .array([["url": .string("/")]]),
            "security": .array([["key": .array([])]]),
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["key": ["type": .string("http"), "scheme": .string("bearer"), "description": .string(key)]],
                "headers": .object(headers.map { JSONValue.Field(name: $0.rawValue, value: $0.json) }),
                "responses": .object(families.flatMap(\.components)),
                "schemas": .object((Self.errorSchemas + schemas).map { JSONValue.Field(name: $0.name, value: $0.schema.json) }),
            ],
        ]
    }

    /// In the order of the first operation of each.
    private var tags: [String] { operations.map(\.tag).removingRepeats }

    private var paths: [JSONValue.Field] {
        operations.map(\.path).removingRepeats.map { path in
            let methods = operations.filter { $0.path == path }
            return JSONValue.Field(
                name: path,
                value: .object(methods.map { JSONValue.Field(name: $0.method.rawValue.lowercased(), value: $0.json) }))
        }
    }

    private static let errorSchemas: [(name: String, schema: Schema)] = [
        (
            "ErrorCode",
            .words(Refusal.Code.allCases.map(\.rawValue))
                .described(
                    Refusal.Code.allCases.map { "- `\($0.rawValue)` (\(Refusal($0, "").status)): \($0.meaning)" }.joined(separator: "\n"))
        ),
        (
            "Error",
            .object([
                .field(
                    "error",
                    .object([
                        .field("message", .string, "What happened, and what to do about it."),
                        .field("type", .words(Refusal.Code.allCases.map { Refusal($0, "").type }.removingRepeats)),
                        .field("param", .string.orNull, "The field that is at fault."),
                        .field("code", .named("ErrorCode")),
                    ]))
            ])
        ),
    ]
}

extension Array where Element: Hashable {
    /// Each element once, where it first stands.
    fileprivate var removingRepeats: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
