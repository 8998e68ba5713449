import NIOCore

/// The answers of `GET /v1/models` and `/v1/models/{model}`.
enum ModelList {
    /// When all models were made: one fixed day, so that answers repeat.
    private static let createdSeconds = 1_767_225_600

    static func json(_ models: [String]) -> ByteBuffer {
        var json = ByteBuffer(string: #"{"object":"list","data":["#)
        for (index, model) in models.enumerated() {
            if index > 0 { json.writeStaticString(",") }
            json.writeImmutableBuffer(Self.json(model: model))
        }
        json.writeStaticString("]}")
        return json
    }

    static func json(model: String) -> ByteBuffer {
        var json = ByteBuffer(string: #"{"id":"#)
        json.writeJSONString(model)
        json.writeString(#","object":"model","created":\#(createdSeconds),"owned_by":"simulator"}"#)
        return json
    }
}
