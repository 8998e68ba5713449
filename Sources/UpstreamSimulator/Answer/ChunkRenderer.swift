import NIOCore

/// Turns the events of a stream into the JSON of OpenAI's `chat.completion.chunk`.
struct ChunkRenderer: Equatable, Sendable {
    private let reply: ChatReply
    private let usageVariant: UsageVariant?
    /// Whether chunks carry `"usage":null` where they carry none.
    private let announcesUsage: Bool
    private let prefix: ByteBuffer

    init(reply: ChatReply, includesUsage: Bool, behaviour: SimulatedBehaviour) {
        self.reply = reply
        usageVariant = behaviour.usage
        announcesUsage = includesUsage && behaviour.usage != .missing
        var prefix = ByteBuffer()
        prefix.writeString(#"{"id":"\#(reply.id)","object":"chat.completion.chunk","created":\#(reply.createdSeconds),"model":"#)
        prefix.writeJSONString(reply.model)
        prefix.writeString(#","service_tier":"default","system_fingerprint":"\#(ChatReply.systemFingerprint)","choices":["#)
        self.prefix = prefix
    }

    /// Whether the event's JSON is the same as that of the first content event of its choice.
    func equalsFirst(piece: Int) -> Bool {
        usageVariant != .every && reply.pieces.equalsFirst(piece)
    }

    /// The data of an event; nil for the ending, which has none.
    func data(of event: StreamEvent) -> ByteBuffer? {
        switch event {
        case .role(let choice):
            let delta = reply.toolName == nil ? #"{"role":"assistant","content":"","refusal":null}"# : toolHead(choice)
            return chunk(choice, delta: ByteBuffer(string: delta), finish: "null", usage: soFar(pieces: 0))
        case .content(let choice, let piece):
            return chunk(choice, delta: contentDelta(piece), finish: "null", usage: soFar(pieces: choice * reply.pieces.count + piece + 1))
        case .finish(let choice):
            let isLast = choice + 1 == reply.choices
            let usage = usageVariant == .finish && isLast ? reply.usage : soFar(pieces: (choice + 1) * reply.pieces.count)
            return chunk(choice, delta: ByteBuffer(string: "{}"), finish: "\"\(reply.finishReason)\"", usage: usage)
        case .usage(let isFinal):
            var json = prefix
            json.writeStaticString(#"],"usage":"#)
            UsageJSON.write(isFinal ? reply.usage : reply.usage.half, as: usageVariant, to: &json)
            json.writeStaticString("}")
            return json
        case .done: return ByteBuffer(string: "[DONE]")
        case .error: return ByteBuffer(string: ErrorEnvelope.json(status: 500, message: ErrorEnvelope.streamMessage))
        case .end: return nil
        }
    }

    private func chunk(_ choice: Int, delta: ByteBuffer, finish: String, usage: TokenUsage?) -> ByteBuffer {
        var json = prefix
        json.writeString(#"{"index":\#(choice),"delta":"#)
        json.writeImmutableBuffer(delta)
        json.writeString(#","logprobs":null,"finish_reason":\#(finish)}]"#)
        if let usage {
            json.writeStaticString(#","usage":"#)
            UsageJSON.write(usage, as: usageVariant, to: &json)
        } else if announcesUsage {
            json.writeStaticString(#","usage":null"#)
        }
        json.writeStaticString("}")
        return json
    }

    private func contentDelta(_ piece: Int) -> ByteBuffer {
        var delta = ByteBuffer()
        delta.writeString(reply.toolName == nil ? #"{"content":""# : #"{"tool_calls":[{"index":0,"function":{"arguments":""#)
        delta.writeImmutableBuffer(reply.pieces.json(piece))
        delta.writeString(reply.toolName == nil ? "\"}" : #""}}]}"#)
        return delta
    }

    private func toolHead(_ choice: Int) -> String {
        var name = ByteBuffer()
        name.writeJSONString(reply.toolName ?? "")
        return #"{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_\#(choice)","type":"function","function":{"name":"#
            + String(buffer: name) + #","arguments":""}}],"refusal":null}"#
    }

    /// What `usage=every` reports after this many pieces of all choices: the prompt at once, the completion in proportion.
    private func soFar(pieces: Int) -> TokenUsage? {
        guard usageVariant == .every else { return nil }
        let all = max(reply.pieces.count * reply.choices, 1)
        var usage = reply.usage
        // Completion counts reach a trillion, and their product with the pieces does not fit an integer.
        let part = Double(min(pieces, all)) / Double(all)
        usage.completion = pieces >= all ? usage.completion : Int(Double(usage.completion) * part)
        usage.reasoning = min(usage.reasoning, usage.completion)
        return usage
    }
}
