import NIOCore

/// Ends an answer that is larger than anybody needs, before it is parsed: a head without end, informational answers without end.
final class ReadMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    struct Exceeded: Error {}

    private var bytes = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytes
        guard bytes <= DeliveryLimits.readBytes else { return context.fireErrorCaught(Exceeded()) }
        context.fireChannelRead(data)
    }
}
