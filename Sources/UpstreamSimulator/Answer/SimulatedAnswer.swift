import NIOCore

/// An answer, decided: the steps that send it, and how it is counted. Nothing here touches a socket or a clock.
struct SimulatedAnswer: Sendable {
    let steps: AnswerSteps
    /// Nil for what no endpoint of the script answers: lists of models, the simulator's own pages.
    let outcome: AnswerOutcome?

    /// A JSON answer that says what it says.
    static func json(
        _ body: ByteBuffer, status: Int = 200, outcome: AnswerOutcome? = nil, connection: ConnectionTraits
    ) -> SimulatedAnswer {
        let head = AnswerHead(status: status, framing: .length(body.readableBytes), connection: connection)
        var bytes = head.bytes
        bytes.writeImmutableBuffer(body)
        return SimulatedAnswer(steps: AnswerSteps(opening: [.write(bytes)], ending: head.closes ? [.close] : []), outcome: outcome)
    }

    /// OpenAI's error envelope, for a request that the simulator cannot serve. `isCounted`: it came to an endpoint of the script.
    static func refusal(_ refusal: RequestRefusal, isCounted: Bool, connection: ConnectionTraits) -> SimulatedAnswer {
        let body = ErrorEnvelope.json(status: refusal.status, message: refusal.message, param: refusal.param, code: refusal.code)
        let outcome = isCounted ? AnswerOutcome(ending: .refused) : nil
        return json(ByteBuffer(string: body), status: refusal.status, outcome: outcome, connection: connection)
    }

    /// The answer to a request, which says what the reply says.
    static func reply(
        _ reply: UpstreamReply, to request: UpstreamRequest, behaviour: SimulatedBehaviour, connection: ConnectionTraits
    ) -> SimulatedAnswer {
        let outcome = AnswerOutcome(behaviour, request: request, usage: reply.usage)
        let opening: [AnswerStep] = behaviour.delayMilliseconds > 0 ? [.wait(milliseconds: behaviour.delayMilliseconds)] : []
        if behaviour.cut == .start { return SimulatedAnswer(steps: AnswerSteps(opening: opening + [.close]), outcome: outcome) }
        if behaviour.hang == .start { return SimulatedAnswer(steps: AnswerSteps(opening: opening + [.hang]), outcome: outcome) }
        if behaviour.flags.contains(.badHead) {
            let steps = AnswerSteps(opening: opening + [.write(ByteBuffer(string: badHead)), .close])
            return SimulatedAnswer(steps: steps, outcome: outcome)
        }
        let format = request.format(reply, behaviour: behaviour)
        let steps: AnswerSteps
        if let body = fixedBody(format, behaviour: behaviour, isStream: request.streams) {
            steps = plain(body.content, type: body.type, behaviour: behaviour, opening: opening, connection: connection)
        } else if request.streams {
            steps = stream(request, reply: reply, format: format, behaviour: behaviour, opening: opening, connection: connection)
        } else {
            var body = BodyParts(ByteBuffer(bytes: behaviour.flags.contains(.bom) ? EventStyle.byteOrderMark : []))
            body.append(format.plainBody)
            if request.generations == 0, behaviour.flags.contains(.neverEnd) { body.append(.filler(bytes: 0), isEndless: true) }
            steps = plain(body, type: jsonType, behaviour: behaviour, opening: opening, connection: connection)
        }
        return SimulatedAnswer(steps: steps, outcome: outcome)
    }

    /// Whether an answer with this status carries no reply: no body at all, a redirection, or an error.
    static func hasNoReply(status: Int) -> Bool {
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

    /// The bodies that are the same whatever was asked; nil when the answer is the reply.
    private static func fixedBody(
        _ format: any ReplyFormat, behaviour: SimulatedBehaviour, isStream: Bool
    ) -> (content: BodyParts, type: String?)? {
        let flags = behaviour.flags
        let type = isStream ? streamType : jsonType
        if let status = behaviour.status, hasNoReply(status: status) {
            return status >= 400 ? (BodyParts(ErrorEnvelope.json(status: status)), jsonType) : (BodyParts(""), nil)
        }
        if flags.contains(.empty) { return (BodyParts(""), type) }
        if flags.contains(.garbage) { return (BodyParts(notJSON), type) }
        if flags.contains(.gzipLie) { return (BodyParts(ByteBuffer(bytes: notGzip)), type) }
        if flags.contains(.emptyStream) {
            var body = BodyParts()
            for (index, event) in format.emptyStream.enumerated() { body.append(EventStyle(behaviour).render(event, isFirst: index == 0)) }
            return (body, streamType)
        }
        return nil
    }

    private static func plain(
        _ body: BodyParts, type: String?, behaviour: SimulatedBehaviour, opening: [AnswerStep], connection: ConnectionTraits
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
        _ request: UpstreamRequest, reply: UpstreamReply, format: any ReplyFormat, behaviour: SimulatedBehaviour, opening: [AnswerStep],
        connection: ConnectionTraits
    ) -> AnswerSteps {
        let lies = behaviour.flags.contains(.lieLength)
        let framing: BodyFraming =
            if lies { .length(lyingStreamBytes) } else if behaviour.flags.contains(.noLength) || connection.isHTTP10 { .untilClose } else {
                .chunked
            }
        let head = head(behaviour, type: streamType, framing: framing, connection: connection)
        let events = StreamEvents(
            choices: reply.choices, pieces: reply.pieces.count, includesUsage: request.includesUsage, behaviour: behaviour)
        let source = StreamSource(events, format: format, framing: framing, behaviour: behaviour)
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
