import NIOCore

/// A choice of `chat.completion` (`message`) and of `chat.completion.chunk` (`delta`), with text or one tool call.
struct ChatChoice: ChoiceShape {
    let toolName: String?

    let idPrefix = "chatcmpl-"
    let object = "chat.completion"
    let chunkObject = "chat.completion.chunk"
    let serviceFields = #""service_tier":"default","system_fingerprint":"\#(UpstreamReply.systemFingerprint)""#

    func opening(choice: Int) -> ByteBuffer? {
        var fields = ByteBuffer(string: #""index":\#(choice),"delta":{"role":"assistant","content":"#)
        if let toolName {
            fields.writeString(#"null,"tool_calls":[{"index":0,"id":"call_\#(choice)","type":"function","function":{"name":"#)
            fields.writeJSONString(toolName)
            fields.writeStaticString(#","arguments":""}}],"refusal":null}"#)
        } else {
            fields.writeStaticString(#""","refusal":null}"#)
        }
        return fields
    }

    func content(choice: Int, piece: ByteBuffer) -> ByteBuffer {
        var fields = ByteBuffer(string: #""index":\#(choice),"delta":"#)
        fields.writeString(toolName == nil ? #"{"content":""# : #"{"tool_calls":[{"index":0,"function":{"arguments":""#)
        fields.writeImmutableBuffer(piece)
        fields.writeString(toolName == nil ? "\"}" : #""}}]}"#)
        return fields
    }

    func finish(choice: Int) -> ByteBuffer {
        ByteBuffer(string: #""index":\#(choice),"delta":{}"#)
    }

    func write(choice: Int, text: ReplyText, isEndless: Bool, to body: inout BodyParts) {
        body.json.writeString(#""index":\#(choice),"message":{"role":"assistant","content":"#)
        if let toolName {
            body.json.writeString(#"null,"tool_calls":[{"id":"call_\#(choice)","type":"function","function":{"name":"#)
            body.json.writeJSONString(toolName)
            body.json.writeStaticString(#","arguments":"#)
        }
        body.json.writeStaticString("\"")
        body.append(text, isEndless: isEndless)
        body.json.writeStaticString("\"")
        if toolName != nil { body.json.writeStaticString("}}]") }
        body.json.writeStaticString(#","refusal":null,"annotations":[]}"#)
    }
}
