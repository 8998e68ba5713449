import NIOCore

/// An answer, decided: the steps that send it, and how it is counted. Nothing here touches a socket or a clock.
struct SimulatedAnswer: Sendable {
    let steps: AnswerSteps
    /// Nil for what is not a chat request.
    let chat: ChatOutcome?

    /// A JSON answer that says what it says.
    static func json(_ body: ByteBuffer, status: Int = 200, chat: ChatOutcome? = nil, connection: ConnectionTraits) -> SimulatedAnswer {
        let head = AnswerHead(status: status, framing: .length(body.readableBytes), connection: connection)
        var bytes = head.bytes
        bytes.writeImmutableBuffer(body)
        return SimulatedAnswer(steps: AnswerSteps(opening: [.write(bytes)], ending: head.closes ? [.close] : []), chat: chat)
    }

    /// OpenAI's error envelope, for a request that the simulator cannot serve.
    static func refusal(_ refusal: ChatRefusal, isChat: Bool, connection: ConnectionTraits) -> SimulatedAnswer {
        let body = ErrorEnvelope.json(status: refusal.status, message: refusal.message, param: refusal.param, code: refusal.code)
        let chat = isChat ? ChatOutcome(ending: .refused) : nil
        return json(ByteBuffer(string: body), status: refusal.status, chat: chat, connection: connection)
    }

    /// The answer to a chat request.
    static func chat(
        _ request: ChatRequest, reply: ChatReply, behaviour: SimulatedBehaviour, connection: ConnectionTraits
    ) -> SimulatedAnswer {
        let outcome = ChatOutcome(behaviour, request: request, usage: reply.usage)
        let opening: [AnswerStep] = behaviour.delayMilliseconds > 0 ? [.wait(milliseconds: behaviour.delayMilliseconds)] : []
        if behaviour.cut == .start { return SimulatedAnswer(steps: AnswerSteps(opening: opening + [.close]), chat: outcome) }
        if behaviour.hang == .start { return SimulatedAnswer(steps: AnswerSteps(opening: opening + [.hang]), chat: outcome) }
        if behaviour.flags.contains(.badHead) {
            let steps = AnswerSteps(opening: opening + [.write(ByteBuffer(string: badHead)), .close])
            return SimulatedAnswer(steps: steps, chat: outcome)
        }
        let steps: AnswerSteps
        if let body = fixedBody(behaviour, isStream: request.streams) {
            steps = plain(body.content, type: body.type, behaviour: behaviour, opening: opening, connection: connection)
        } else if request.streams {
            steps = stream(request, reply: reply, behaviour: behaviour, opening: opening, connection: connection)
        } else {
            let body = PlainBody(reply, behaviour: behaviour)
            steps = plain(body, type: jsonType, behaviour: behaviour, opening: opening, connection: connection)
        }
        return SimulatedAnswer(steps: steps, chat: outcome)
    }

    /// Whether an answer with this status carries no chat completion: no body at all, a redirection, or an error.
    static func hasNoChat(status: Int) -> Bool {
        [204, 205].contains(status) || status >= 300
    }

    static let jsonType = "application/json"
    static let streamType = "text/event-stream; charset=utf-8"
    /// A `content-length` that no stream of a test reaches.
    static let lyingStreamBytes = 1 << 40
    /// What `lie-length` declares beyond a plain body.
    static let lyingExtraBytes = 64
    private static let badHead = "220 mail.example.com ESMTP ready\r\n\r\n"
    private static let notJSON = "<html><body>The upstream is confused.</body></html>\n"
    private static let notGzip: [UInt8] = [0x1f, 0x8b, 0x08, 0xff, 0x00, 0x13, 0x37, 0xfe, 0xed, 0xfa, 0xce]

    /// The bodies that are the same whatever was asked; nil when the answer is a completion.
    private static func fixedBody(_ behaviour: SimulatedBehaviour, isStream: Bool) -> (content: PlainBody, type: String?)? {
        let flags = behaviour.flags
        let type = isStream ? streamType : jsonType
        if let status = behaviour.status, hasNoChat(status: status) {
            return status >= 400 ? (PlainBody(ErrorEnvelope.json(status: status)), jsonType) : (PlainBody(""), nil)
        }
        if flags.contains(.empty) { return (PlainBody(""), type) }
        if flags.contains(.garbage) { return (PlainBody(notJSON), type) }
        if flags.contains(.gzipLie) { return (PlainBody(ByteBuffer(bytes: notGzip)), type) }
        if flags.contains(.emptyStream) {
            return (PlainBody(EventStyle(behaviour).event(data: ByteBuffer(string: "[DONE]"), isFirst: true)), streamType)
        }
        return nil
    }

    private static func plain(
        _ body: PlainBody, type: String?, behaviour: SimulatedBehaviour, opening: [AnswerStep], connection: ConnectionTraits
    ) -> AnswerSteps {
        let flags = behaviour.flags
        let lies = flags.contains(.lieLength)
        let framing: BodyFraming =
            if behaviour.status == 204 || behaviour.status == 304 { .none } else if flags.contains(.noLength) {
                .untilClose
            } else if flags.contains(.neverEnd) {
                connection.isHTTP10 ? .untilClose : .chunked
            } else { .length(body.byteCount + (lies ? lyingExtraBytes : 0)) }
        let head = head(behaviour, type: type, framing: framing, connection: connection)
        let breaks = behaviour.cut != nil || behaviour.hang != nil
        let source = PlainSource(body, framing: framing, behaviour: behaviour, isHalf: breaks)
        let ending: [AnswerStep] =
            if behaviour.cut != nil { [.close] } else if behaviour.hang != nil { [.hang] } else { lies || head.closes ? [.close] : [] }
        return assemble(head, body: .plain(source), behaviour: behaviour, opening: opening, ending: ending)
    }

    private static func stream(
        _ request: ChatRequest, reply: ChatReply, behaviour: SimulatedBehaviour, opening: [AnswerStep], connection: ConnectionTraits
    ) -> AnswerSteps {
        let lies = behaviour.flags.contains(.lieLength)
        let framing: BodyFraming =
            if lies { .length(lyingStreamBytes) } else if behaviour.flags.contains(.noLength) || connection.isHTTP10 { .untilClose } else {
                .chunked
            }
        let head = head(behaviour, type: streamType, framing: framing, connection: connection)
        let events = StreamEvents(
            choices: reply.choices, pieces: reply.pieces.count, includesUsage: request.includesUsage, behaviour: behaviour)
        let renderer = ChunkRenderer(reply: reply, includesUsage: request.includesUsage, behaviour: behaviour)
        let source = StreamSource(events, renderer: renderer, framing: framing, behaviour: behaviour)
        return assemble(
            head, body: .stream(source), behaviour: behaviour, opening: opening, ending: lies || head.closes ? [.close] : [])
    }

    private static func head(
        _ behaviour: SimulatedBehaviour, type: String?, framing: BodyFraming, connection: ConnectionTraits
    ) -> AnswerHead {
        let status = behaviour.status ?? 200
        var head = AnswerHead(status: status, contentType: type, framing: framing, connection: connection)
        if let retryAfter = behaviour.retryAfter { head.fields.append(("retry-after", retryAfter)) }
        if (300..<400).contains(status), status != 304 { head.fields.append(("location", "/v1/elsewhere")) }
        if behaviour.flags.contains(.gzipLie) { head.fields.append(("content-encoding", "gzip")) }
        if behaviour.flags.contains(.setCookie) { head.fields += AnswerHead.customerFields }
        return head
    }

    private static func assemble(
        _ head: AnswerHead, body: AnswerSteps.Body, behaviour: SimulatedBehaviour, opening: [AnswerStep], ending: [AnswerStep]
    ) -> AnswerSteps {
        var opening = opening + [.write(head.bytes)]
        if behaviour.cut == .head { return AnswerSteps(opening: opening + [.close]) }
        let waits = behaviour.firstByteDelayMilliseconds > 0
        if waits { opening.append(.wait(milliseconds: behaviour.firstByteDelayMilliseconds)) }
        let joins = !waits && behaviour.slowBodyMilliseconds == 0 && !behaviour.flags.contains(.tiny)
        return AnswerSteps(opening: opening, joinsBody: joins, body: body, ending: ending)
    }
}
