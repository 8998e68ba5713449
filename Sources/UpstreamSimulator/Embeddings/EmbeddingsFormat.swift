import NIOCore

/// The answer of `POST /v1/embeddings`: `{"object":"list","data":[{"object":"embedding","index","embedding"}],"model","usage"}`.
struct EmbeddingsFormat: ReplyFormat {
    private let reply: UpstreamReply
    private let particulars: EmbeddingParticulars
    private let usageJSON: UsageJSON

    init(_ reply: UpstreamReply, particulars: EmbeddingParticulars, behaviour: SimulatedBehaviour) {
        self.reply = reply
        self.particulars = particulars
        usageJSON = UsageJSON(.embedding, as: behaviour.usage)
    }

    var plainBody: BodyParts {
        var json = ByteBuffer(string: #"{"object":"list","data":["#)
        for (index, input) in particulars.inputs.enumerated() {
            json.writeString(index == 0 ? "" : ",")
            json.writeString(#"{"object":"embedding","index":\#(index),"embedding":"#)
            write(EmbeddingVector(of: input, dimensions: particulars.dimensions), to: &json)
            json.writeStaticString("}")
        }
        json.writeStaticString(#"],"model":"#)
        json.writeJSONString(reply.model)
        usageJSON.writeField(reply.usage, to: &json)
        json.writeStaticString("}")
        return BodyParts(json)
    }

    private func write(_ vector: EmbeddingVector, to json: inout ByteBuffer) {
        switch particulars.encoding {
        case .float: json.writeString("[\(vector.numbers.map(\.description).joined(separator: ","))]")
        case .base64: json.writeString("\"\(vector.base64)\"")
        }
    }
}
