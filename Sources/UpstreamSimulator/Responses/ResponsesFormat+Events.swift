import NIOCore

/// Named events, numbered from 0; the last one repeats the response, and there is no `[DONE]`.
extension ResponsesFormat {
    var emptyStream: [WireEvent] {
        [response("created", .inProgress(nil), number: 0), response("completed", .empty, number: 1)]
    }

    func events(of event: StreamEvent, sequence: Int) -> [WireEvent] {
        switch event {
        case .opening: opening(sequence)
        case .content(_, let piece):
            switch soFar(pieces: piece + 1) {
            case let usage?: [delta(piece, number: sequence), response("in_progress", .inProgress(usage), number: sequence + 1)]
            case nil: [delta(piece, number: sequence)]
            }
        case .finish: finish(sequence)
        case .usage(isFinal: false): [response("in_progress", .inProgress(reply.usage.half), number: sequence)]
        case .usage(isFinal: true): []  // The last event has it.
        case .done: [response(endStatus, .ended(isStreamed: true), number: sequence)]
        case .error: [error(number: sequence)]
        case .failed: [response("failed", .failed, number: sequence)]
        case .end: []
        }
    }

    private func opening(_ sequence: Int) -> [WireEvent] {
        let usage = soFar(pieces: 0)
        var events = [
            response("created", .inProgress(usage), number: sequence), response("in_progress", .inProgress(usage), number: sequence + 1),
            item("added", isWhole: false, number: sequence + 2),
        ]
        if reply.toolName == nil { events.append(part("added", isWhole: false, number: sequence + 3)) }
        return events
    }

    private func finish(_ sequence: Int) -> [WireEvent] {
        var events = [textDone(number: sequence)]
        if reply.toolName == nil { events.append(part("done", isWhole: true, number: sequence + events.count)) }
        events.append(item("done", isWhole: true, number: sequence + events.count))
        if behaviour.usage == .finish {
            events.append(response("in_progress", .inProgress(reply.usage), number: sequence + events.count))
        }
        return events
    }

    private func response(_ name: String, _ stage: Stage, number: Int) -> WireEvent {
        event("response.\(name)", number: number) { body in
            body.json.writeStaticString(#","response":"#)
            write(stage, to: &body)
        }
    }

    private func item(_ name: String, isWhole: Bool, number: Int) -> WireEvent {
        event("response.output_item.\(name)", number: number) { body in
            body.json.writeStaticString(#","output_index":0,"item":"#)
            writeItem(isWhole: isWhole, to: &body)
        }
    }

    private func part(_ name: String, isWhole: Bool, number: Int) -> WireEvent {
        event("response.content_part.\(name)", number: number) { body in
            body.json.writeString(#","item_id":"\#(itemID)","output_index":0,"content_index":0,"part":"#)
            writePart(isWhole: isWhole, to: &body)
        }
    }

    private func delta(_ piece: Int, number: Int) -> WireEvent {
        text("delta", key: "delta", number: number) { $0.json.writeImmutableBuffer(reply.pieces.json(piece)) }
    }

    private func textDone(number: Int) -> WireEvent {
        text("done", key: reply.toolName == nil ? "text" : "arguments", number: number) { append(reply.text, to: &$0) }
    }

    private func text(_ name: String, key: String, number: Int, write: (inout BodyParts) -> Void) -> WireEvent {
        let isText = reply.toolName == nil
        return event("response.\(isText ? "output_text" : "function_call_arguments").\(name)", number: number) { body in
            body.json.writeString(#","item_id":"\#(itemID)","\#(key)":""#)
            write(&body)
            // Fields follow the text: where events are broken into lines, no comma of the text is the last.
            body.json.writeStaticString(#"","output_index":0"#)
            if isText { body.json.writeStaticString(#","content_index":0,"logprobs":[]"#) }
        }
    }

    private func error(number: Int) -> WireEvent {
        event("error", number: number) { body in
            body.json.writeStaticString(#","code":"server_error","message":"#)
            body.json.writeJSONString(ErrorEnvelope.streamMessage)
            body.json.writeStaticString(#","param":null"#)
        }
    }

    private func event(_ type: String, number: Int, write: (inout BodyParts) -> Void) -> WireEvent {
        var body = BodyParts(#"{"type":"\#(type)","sequence_number":\#(number)"#)
        write(&body)
        body.json.writeStaticString("}")
        return WireEvent(name: type, data: body)
    }

    /// What `usage=every` reports after this many deltas.
    private func soFar(pieces: Int) -> TokenUsage? {
        guard behaviour.usage == .every else { return nil }
        return reply.usage.after(pieces: pieces, of: max(reply.pieces.count, 1))
    }
}
