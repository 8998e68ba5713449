/// How an endpoint puts a reply into bytes.
protocol ReplyFormat: Sendable {
    /// The body of an answer that is not streamed.
    var plainBody: BodyParts { get }
    /// All of a stream that has no content: `empty-stream`.
    var emptyStream: [WireEvent] { get }

    /// Whether the event is the same as that of the first content of its choice.
    func equalsFirst(piece: Int) -> Bool

    /// What one event of the answer is on the wire; nothing where the endpoint has no such event.
    ///
    /// - Parameter sequence: how many events the stream has sent before.
    func events(of event: StreamEvent, sequence: Int) -> [WireEvent]
}

/// What endpoints have that do not stream.
extension ReplyFormat {
    var emptyStream: [WireEvent] { [.done] }
    func equalsFirst(piece: Int) -> Bool { false }
    func events(of event: StreamEvent, sequence: Int) -> [WireEvent] { [] }
}

extension UpstreamRequest {
    /// The form that the reply to this request has.
    func format(_ reply: UpstreamReply, behaviour: SimulatedBehaviour) -> any ReplyFormat {
        switch particulars {
        case .chat:
            ChoicesFormat(ChatChoice(toolName: reply.toolName), reply: reply, includesUsage: includesUsage, behaviour: behaviour)
        case .completions(let particulars):
            ChoicesFormat(CompletionChoice(particulars), reply: reply, includesUsage: includesUsage, behaviour: behaviour)
        case .responses(let particulars):
            ResponsesFormat(reply, particulars: particulars, outputLimit: outputLimit, behaviour: behaviour)
        case .embeddings(let particulars): EmbeddingsFormat(reply, particulars: particulars, behaviour: behaviour)
        case .moderations(let particulars): ModerationsFormat(reply, particulars: particulars)
        }
    }
}
