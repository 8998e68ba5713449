import NIOCore
import NIOHTTP1

/// One connection: gathers requests, and answers them one after the other.
///
/// Answers are written as bytes, not as HTTP parts: half of what the simulator sends is not allowed in HTTP.
final class SimulatorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let state: SimulatorState
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var waiting = CircularBuffer<ReceivedRequest>()
    private var isClosing = false
    var answering: AnswerInProgress?

    init(state: SimulatorState) {
        self.state = state
    }

    func channelInactive(context: ChannelHandlerContext) {
        waiting.removeAll()
        if let answering {
            answering.timer?.cancel()
            self.answering = nil
            ended(answering.outcome, clientLeft: true)
        }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ByteBuffer()
            if head.headers[canonicalForm: "expect"].contains("100-continue"), answering == nil {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        case .body(var part):
            guard body.readableBytes + part.readableBytes <= SimulatorLimits.requestBodyBytes else {
                refuse(RequestRefusal(status: 413, message: "The request is too large."), context: context)
                return
            }
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
        case .end:
            guard let head else { return }
            receive(ReceivedRequest(head: head, body: body), context: context)
            self.head = nil
            body = ByteBuffer()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { proceed(context: context) }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A request that is no HTTP is told so; a connection that broke can be told nothing.
        guard error is HTTPParserError, !isClosing, answering == nil else {
            context.close(promise: nil)
            return
        }
        refuse(RequestRefusal(message: "The request is not valid HTTP."), context: context)
    }

    private func receive(_ request: ReceivedRequest, context: ChannelHandlerContext) {
        state.counts.requestReceived()
        guard answering != nil else {
            begin(request, context: context)
            return
        }
        guard waiting.count < SimulatorLimits.pipelinedRequests else {
            context.close(promise: nil)
            return
        }
        waiting.append(request)
    }

    /// Answers without having read the whole request, and closes.
    private func refuse(_ refusal: RequestRefusal, context: ChannelHandlerContext) {
        isClosing = true
        guard answering == nil else {
            context.close(promise: nil)
            return
        }
        let answer = SimulatedAnswer.refusal(refusal, isCounted: false, connection: ConnectionTraits(keepsAlive: false))
        answering = AnswerInProgress(answer)
        proceed(context: context)
    }

    private func begin(_ request: ReceivedRequest, context: ChannelHandlerContext) {
        answering = AnswerInProgress(state.answer(to: request))
        proceed(context: context)
    }

    func ended(_ outcome: AnswerOutcome?, clientLeft: Bool) {
        if let outcome { state.counts.ended(outcome, clientLeft: clientLeft) }
    }

    /// The answer is over and the connection stays: the next request that has come meanwhile, if any.
    func beginNext(context: ChannelHandlerContext) {
        if !isClosing, let request = waiting.popFirst() { begin(request, context: context) }
    }

    /// The answer is over and the connection with it.
    func closeWhenWritten(context: ChannelHandlerContext) {
        isClosing = true
        waiting.removeAll()
        // An empty write completes after all that was written before it.
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
