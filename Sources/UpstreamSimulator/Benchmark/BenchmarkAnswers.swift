import NIOCore

/// The two answers of benchmark mode, rendered once.
struct BenchmarkAnswers: Sendable {
    /// The bytes of a whole answer, in the writes that send it, and how it is counted.
    struct Rendered: Sendable {
        let writes: [ByteBuffer]
        let outcome: AnswerOutcome
    }

    let plain: Rendered
    let streamed: Rendered
    /// How requests that take the slow way (other HTTP forms than the usual) are answered: the same.
    let behaviour: SimulatedBehaviour

    /// - Parameter createdSeconds: the time that all answers name.
    init(_ script: BenchmarkScript, createdSeconds: Int) {
        let content = String(buffer: ReplyText.fillerBytes(from: 0, count: script.contentBytes))
        var behaviour = SimulatedBehaviour()
        behaviour.content = content
        behaviour.chunks = script.chunks
        behaviour.promptTokens = script.promptTokens
        behaviour.cachedTokens = script.cachedTokens
        self.behaviour = behaviour

        var request = UpstreamRequest(model: script.model)
        plain = Self.render(request, behaviour: behaviour, createdSeconds: createdSeconds, chunksPerWrite: nil)
        request.streams = true
        request.includesUsage = true
        streamed = Self.render(request, behaviour: behaviour, createdSeconds: createdSeconds, chunksPerWrite: script.chunksPerWrite)
    }

    private static func render(
        _ request: UpstreamRequest, behaviour: SimulatedBehaviour, createdSeconds: Int, chunksPerWrite: Int?
    ) -> Rendered {
        let reply = UpstreamReply(to: request, behaviour: behaviour, script: .default, number: 1, createdSeconds: createdSeconds)
        let answer = SimulatedAnswer.reply(reply, to: request, behaviour: behaviour, connection: ConnectionTraits())
        var writes: [ByteBuffer] = []
        var gathered = ByteBuffer()
        var count = 0
        for case .write(let bytes) in answer.steps {
            gathered.writeImmutableBuffer(bytes)
            count += 1
            if count == chunksPerWrite {
                writes.append(gathered)
                gathered = ByteBuffer()
                count = 0
            }
        }
        if gathered.readableBytes > 0 { writes.append(gathered) }
        return Rendered(writes: writes, outcome: AnswerOutcome(behaviour, request: request, usage: reply.usage))
    }
}
