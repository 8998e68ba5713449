import NIOCore

/// The body of an answer that is not streamed, in parts, so that filler of any size is made only when it is sent.
struct PlainBody: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case bytes(ByteBuffer)
        case filler(bytes: Int)

        var byteCount: Int {
            switch self {
            case .bytes(let buffer): buffer.readableBytes
            case .filler(let bytes): bytes
            }
        }
    }

    /// More than any client waits for: a pebibyte.
    private static let endlessBytes = 1 << 50

    private(set) var parts: [Part]

    var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }

    init(_ bytes: ByteBuffer) {
        parts = [.bytes(bytes)]
    }

    init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }

    /// `chat.completion`, as OpenAI sends it.
    init(_ reply: ChatReply, behaviour: SimulatedBehaviour) {
        parts = []
        var json = ByteBuffer()
        if behaviour.flags.contains(.bom) { json.writeBytes(EventStyle.byteOrderMark) }
        json.writeString(#"{"id":"\#(reply.id)","object":"chat.completion","created":\#(reply.createdSeconds),"model":"#)
        json.writeJSONString(reply.model)
        json.writeStaticString(#","choices":["#)
        for choice in 0..<reply.choices {
            json.writeString(choice == 0 ? #"{"index":0,"# : #",{"index":\#(choice),"#)
            appendMessage(reply, isEndless: behaviour.flags.contains(.neverEnd), choice: choice, to: &json)
            json.writeString(#","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"\#(reply.finishReason)"}"#)
        }
        json.writeStaticString("]")
        Self.writeUsage(reply.usage, as: behaviour.usage, to: &json)
        json.writeString(#","service_tier":"default","system_fingerprint":"\#(ChatReply.systemFingerprint)"}"#)
        parts.append(.bytes(json))
    }

    private mutating func appendMessage(_ reply: ChatReply, isEndless: Bool, choice: Int, to json: inout ByteBuffer) {
        if let toolName = reply.toolName {
            json.writeString(#""message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_\#(choice)","type":"function","#)
            json.writeStaticString(#""function":{"name":"#)
            json.writeJSONString(toolName)
            json.writeStaticString(#","arguments":""#)
        } else {
            json.writeStaticString(#""message":{"role":"assistant","content":""#)
        }
        switch reply.text {
        case .literal(let text): json.writeJSONText(text)
        case .filler(let bytes) where !isEndless && bytes <= SimulatorLimits.plainWriteBytes:
            json.writeImmutableBuffer(ReplyText.fillerBytes(from: 0, count: bytes))
        case .filler(let bytes):
            parts.append(.bytes(json))
            parts.append(.filler(bytes: isEndless ? Self.endlessBytes : bytes))
            json = ByteBuffer()
        }
        json.writeStaticString("\"")
        if reply.toolName != nil { json.writeStaticString("}}]") }
    }

    private static func writeUsage(_ usage: TokenUsage, as variant: UsageVariant?, to json: inout ByteBuffer) {
        guard variant != .missing else { return }
        if variant == .twice {
            json.writeStaticString(#","usage":"#)
            UsageJSON.write(usage.half, as: nil, to: &json)
        }
        json.writeStaticString(#","usage":"#)
        UsageJSON.write(usage, as: variant, to: &json)
    }
}
