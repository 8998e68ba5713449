import NIOCore
import NIOHTTP1
import RelayWire

/// Stands before the parser: lets through what is framed as strictly as the standard has it, and notes since when a head has been arriving,
/// which the parser does not tell until it is whole.
final class ArrivalWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The first bytes since the last whole head; nil when nothing has come.
    var headSince: NIODeadline?
    /// What is wrong with what came. Nothing that came later was let through.
    private(set) var fault: RequestFraming.Fault?
    private var framing: RequestFraming

    init(headBytes: Int) {
        framing = RequestFraming(limitBytes: headBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard fault == nil else { return }
        if headSince == nil { headSince = .now() }
        var bytes = unwrapInboundIn(data)
        let (accepted, fault) = bytes.withUnsafeReadableBytes { framing.read($0) }
        guard let fault else { return context.fireChannelRead(data) }
        self.fault = fault
        if let good = bytes.readSlice(length: accepted), accepted > 0 { context.fireChannelRead(wrapInboundOut(good)) }
        // As an error of the parser it waits for its turn behind the answers to what came before.
        context.fireErrorCaught(fault == .tooLarge ? HTTPParserError.headerOverflow : HTTPParserError.strictModeAssertion)
    }
}
