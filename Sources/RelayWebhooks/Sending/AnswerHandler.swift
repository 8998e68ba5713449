import NIOCore
import NIOHTTP1
import NIOTLS

/// Takes the status of an answer, and reads on for a little.
final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let attempt: SendingAttempt
    private var bodyBytes = 0

    init(attempt: SendingAttempt) {
        self.attempt = attempt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): attempt.answered(status: Int(head.status.code))
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
            if bodyBytes >= DeliveryLimits.answerBytes { attempt.closed() }
        case .end: attempt.closed()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { attempt.secured(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        attempt.closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        attempt.failed(error)
        context.close(promise: nil)
    }
}
