import NIOCore

/// The answer of `POST /v1/responses`: a `response`, whose output is one message or one function call; and the events that tell of it.
struct ResponsesFormat: ReplyFormat {
    /// How far the response is, as one of its copies has it.
    enum Stage: Equatable {
        /// Under way, possibly with a usage, which OpenAI does not send so early.
        case inProgress(TokenUsage?)
        /// Completed, or incomplete where the limit cut it; with the whole output and the usage. `isStreamed`: other events go before it.
        case ended(isStreamed: Bool)
        /// Completed without output and usage.
        case empty
        /// Given up, with an error.
        case failed

        var isEnded: Bool { if case .ended = self { true } else { false } }
    }

    let reply: UpstreamReply
    let behaviour: SimulatedBehaviour
    private let particulars: ResponseParticulars
    private let outputLimit: Int?

    init(_ reply: UpstreamReply, particulars: ResponseParticulars, outputLimit: Int?, behaviour: SimulatedBehaviour) {
        self.reply = reply
        self.particulars = particulars
        self.outputLimit = outputLimit
        self.behaviour = behaviour
    }

    var itemID: String { (reply.toolName == nil ? "msg_" : "fc_") + reply.id }
    var endStatus: String { reply.isCut ? "incomplete" : "completed" }

    var plainBody: BodyParts {
        var body = BodyParts()
        write(.ended(isStreamed: false), to: &body)
        return body
    }

    /// Writes the response. Some of its fields repeat the request; the others have the values that OpenAI uses where nothing is asked.
    func write(_ stage: Stage, to body: inout BodyParts) {
        body.json.writeString(#"{"id":"resp_\#(reply.id)","object":"response","created_at":\#(reply.createdSeconds),"#)
        body.json.writeString(#""status":"\#(status(stage))","background":false,"error":"#)
        writeError(stage, to: &body.json)
        body.json.writeStaticString(#","incomplete_details":"#)
        body.json.writeString(stage.isEnded && reply.isCut ? #"{"reason":"max_output_tokens"}"# : "null")
        body.json.writeStaticString(#","instructions":"#)
        if let instructions = particulars.instructions { body.json.writeJSONString(instructions) } else { body.json.writeString("null") }
        body.json.writeString(#","max_output_tokens":\#(outputLimit.map(String.init) ?? "null"),"model":"#)
        body.json.writeJSONString(reply.model)
        body.json.writeStaticString(#","output":["#)
        if stage.isEnded { writeItem(isWhole: true, to: &body) }
        body.json.writeStaticString(#"],"parallel_tool_calls":true,"previous_response_id":null,"#)
        body.json.writeStaticString(#""reasoning":{"effort":null,"summary":null},"service_tier":"default","store":true,"temperature":1.0,"#)
        body.json.writeString(
            #""text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[\#(particulars.tools.joined(separator: ","))],"#)
        body.json.writeStaticString(#""top_p":1.0,"truncation":"disabled""#)
        writeUsage(stage, to: &body.json)
        body.json.writeStaticString(#","user":null,"metadata":{}}"#)
    }

    /// Writes the item of the output, as it begins or as it ends.
    func writeItem(isWhole: Bool, to body: inout BodyParts) {
        body.json.writeString(#"{"id":"\#(itemID)","type":"\#(reply.toolName == nil ? "message" : "function_call")","#)
        if let toolName = reply.toolName {
            body.json.writeString(#""call_id":"call_\#(reply.id)","name":"#)
            body.json.writeJSONString(toolName)
            body.json.writeStaticString(#","arguments":""#)
            if isWhole { append(reply.text, to: &body) }
            body.json.writeStaticString("\",")
        } else {
            body.json.writeStaticString(#""role":"assistant","content":["#)
            if isWhole { writePart(isWhole: true, to: &body) }
            body.json.writeStaticString("],")
        }
        body.json.writeString(#""status":"\#(isWhole ? endStatus : "in_progress")"}"#)
    }

    /// Writes the part of a message's content.
    func writePart(isWhole: Bool, to body: inout BodyParts) {
        body.json.writeStaticString(#"{"type":"output_text","text":""#)
        if isWhole { append(reply.text, to: &body) }
        body.json.writeStaticString(#"","annotations":[],"logprobs":[]}"#)
    }

    func append(_ text: ReplyText, to body: inout BodyParts) {
        body.append(text, isEndless: behaviour.flags.contains(.neverEnd))
    }

    private func status(_ stage: Stage) -> String {
        switch stage {
        case .inProgress: "in_progress"
        case .ended: endStatus
        case .empty: "completed"
        case .failed: "failed"
        }
    }

    private func writeError(_ stage: Stage, to json: inout ByteBuffer) {
        guard stage == .failed else {
            json.writeStaticString("null")
            return
        }
        json.writeStaticString(#"{"code":"server_error","message":"#)
        json.writeJSONString(ErrorEnvelope.streamMessage)
        json.writeStaticString("}")
    }

    private func writeUsage(_ stage: Stage, to json: inout ByteBuffer) {
        let usageJSON = UsageJSON(.response, as: behaviour.usage)
        switch stage {
        case .ended(isStreamed: false): usageJSON.writeField(reply.usage, to: &json)
        case .ended where behaviour.usage == .missing: break
        case .ended: writeUsage(.inProgress(reply.usage), to: &json)
        case .inProgress(let usage?):
            json.writeStaticString(#","usage":"#)
            usageJSON.write(usage, to: &json)
        case .inProgress(nil), .empty, .failed:
            if behaviour.usage != .missing { json.writeStaticString(#","usage":null"#) }
        }
    }
}
