import NIOCore

/// The answers that consist of choices: `chat.completion` and its chunks, `text_completion`.
struct ChoicesFormat<Shape: ChoiceShape>: ReplyFormat {
    private let shape: Shape
    private let reply: UpstreamReply
    private let behaviour: SimulatedBehaviour
    /// Whether chunks carry `"usage":null` where they carry none.
    private let announcesUsage: Bool
    private let chunkPrefix: ByteBuffer

    init(_ shape: Shape, reply: UpstreamReply, includesUsage: Bool, behaviour: SimulatedBehaviour) {
        self.shape = shape
        self.reply = reply
        self.behaviour = behaviour
        announcesUsage = includesUsage && behaviour.usage != .missing
        var prefix = Self.prefix(shape, object: shape.chunkObject, reply: reply)
        prefix.writeString(",\(shape.serviceFields)")
        prefix.writeStaticString(#","choices":["#)
        chunkPrefix = prefix
    }

    private static func prefix(_ shape: Shape, object: String, reply: UpstreamReply) -> ByteBuffer {
        var json = ByteBuffer()
        json.writeString(#"{"id":"\#(shape.idPrefix)\#(reply.id)","object":"\#(object)","created":\#(reply.createdSeconds),"model":"#)
        json.writeJSONString(reply.model)
        return json
    }

    var plainBody: BodyParts {
        var body = BodyParts(Self.prefix(shape, object: shape.object, reply: reply))
        body.json.writeStaticString(#","choices":["#)
        for choice in 0..<reply.choices {
            body.json.writeStaticString(choice == 0 ? "{" : ",{")
            shape.write(choice: choice, text: reply.text, isEndless: behaviour.flags.contains(.neverEnd), to: &body)
            body.json.writeString(#","logprobs":null,"finish_reason":"\#(reply.finishReason)"}"#)
        }
        body.json.writeStaticString("]")
        usageJSON.writeField(reply.usage, to: &body.json)
        body.json.writeString(",\(shape.serviceFields)}")
        return body
    }

    func equalsFirst(piece: Int) -> Bool {
        behaviour.usage != .every && reply.pieces.equalsFirst(piece)
    }

    func events(of event: StreamEvent, sequence: Int) -> [WireEvent] {
        switch event {
        case .opening(let choice):
            guard let fields = shape.opening(choice: choice) else { return [] }
            return [chunk(fields, finish: "null", usage: soFar(pieces: choice * reply.pieces.count))]
        case .content(let choice, let piece):
            let fields = shape.content(choice: choice, piece: reply.pieces.json(piece))
            return [chunk(fields, finish: "null", usage: soFar(pieces: choice * reply.pieces.count + piece + 1))]
        case .finish(let choice):
            let isLast = choice + 1 == reply.choices
            let usage = behaviour.usage == .finish && isLast ? reply.usage : soFar(pieces: (choice + 1) * reply.pieces.count)
            return [chunk(shape.finish(choice: choice), finish: "\"\(reply.finishReason)\"", usage: usage)]
        case .usage(let isFinal):
            var json = chunkPrefix
            json.writeStaticString(#"],"usage":"#)
            usageJSON.write(isFinal ? reply.usage : reply.usage.half, to: &json)
            json.writeStaticString("}")
            return [WireEvent(data: BodyParts(json))]
        case .done: return [.done]
        case .error, .failed: return [WireEvent(data: BodyParts(ErrorEnvelope.json(status: 500, message: ErrorEnvelope.streamMessage)))]
        case .end: return []
        }
    }

    private var usageJSON: UsageJSON { UsageJSON(.completion, as: behaviour.usage) }

    private func chunk(_ fields: ByteBuffer, finish: String, usage: TokenUsage?) -> WireEvent {
        var json = chunkPrefix
        json.writeStaticString("{")
        json.writeImmutableBuffer(fields)
        json.writeString(#","logprobs":null,"finish_reason":\#(finish)}]"#)
        if let usage {
            json.writeStaticString(#","usage":"#)
            usageJSON.write(usage, to: &json)
        } else if announcesUsage {
            json.writeStaticString(#","usage":null"#)
        }
        json.writeStaticString("}")
        return WireEvent(data: BodyParts(json))
    }

    /// What `usage=every` reports after this many pieces of all choices.
    private func soFar(pieces: Int) -> TokenUsage? {
        guard behaviour.usage == .every else { return nil }
        return reply.usage.after(pieces: pieces, of: max(reply.pieces.count * reply.choices, 1))
    }
}
