import NIOCore

/// Answers chat requests from memory, ahead of any HTTP parser. A connection that brings anything else is left, from then on, to the
/// handlers behind it.
final class BenchmarkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answers: BenchmarkAnswers
    private let counts: CountsBoard
    private var partial: ByteBuffer?
    private var passesThrough = false

    init(answers: BenchmarkAnswers, counts: CountsBoard) {
        self.answers = answers
        self.counts = counts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !passesThrough else {
            context.fireChannelRead(data)
            return
        }
        var buffer = unwrapInboundIn(data)
        if var partial {
            self.partial = nil
            partial.writeBuffer(&buffer)
            buffer = partial
        }
        while buffer.readableBytes > 0 {
            switch BenchmarkScanner.examine(buffer) {
            case .chat(let bytes, let streams):
                buffer.moveReaderIndex(forwardBy: bytes)
                answer(streams ? answers.streamed : answers.plain, context: context)
            case .partial:
                partial = buffer
                return
            case .other:
                passesThrough = true
                context.fireChannelRead(wrapInboundOut(buffer))
                return
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    private func answer(_ answer: BenchmarkAnswers.Rendered, context: ChannelHandlerContext) {
        counts.requestReceived()
        _ = counts.started(.chat, faults: [])
        for (index, bytes) in answer.writes.enumerated() {
            if index > 0 { context.flush() }
            context.write(wrapOutboundOut(bytes), promise: nil)
        }
        counts.ended(answer.outcome, clientLeft: false)
    }
}
