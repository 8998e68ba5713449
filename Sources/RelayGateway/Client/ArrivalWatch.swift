import NIOCore

/// Stands before the parser and notes since when a head has been arriving, which the parser does not tell until it is whole.
final class ArrivalWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The first bytes since the last whole head; nil when nothing has come.
    var headSince: NIODeadline?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if headSince == nil { headSince = .now() }
        context.fireChannelRead(data)
    }
}
