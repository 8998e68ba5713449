import NIOCore
import NIOHTTP1
import NIOTLS

/// Who is told what arrives on an upstream connection. All calls come on the connection's event loop.
protocol UpstreamUser: AnyObject {
    func upstreamHead(_ head: HTTPResponseHead)
    func upstreamBody(_ bytes: ByteBuffer)
    /// A burst of reads is over: what was written to the client may be flushed.
    func upstreamReadComplete()
    func upstreamEnd()
    /// The connection is gone before the answer's end. Never followed by another call.
    func upstreamClosed(hasAnswered: Bool)
}

/// The last handler of a connection to an upstream. One request at a time; between two of them the pool owns it.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPClientRequestPart

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    /// Let go of when its answer has ended or can come no more: an exchange lives until then, whoever else has forgotten it.
    private var user: (any UpstreamUser)?
    private var isReadPending = false
    private var isPaused = false
    private var hasAnswered = false
    private var canBeReused = false
    /// Whether it was hung up on. What had been read by then is still decoded, and must neither reach a user nor bring it back to the pool:
    /// a closed channel takes a request without a word.
    private var isClosed = false
    let openedAt = NIODeadline.now()
    /// Who waits for the TLS handshake: true when it is done, false when it failed or took too long.
    private var whenSecured: ((Bool) -> Void)?
    private var isSecured = false
    /// When it became idle; the pool closes it some time after.
    var idleSince = NIODeadline.now()

    init(pool: UpstreamPool) {
        self.pool = pool
    }

    /// Tells, once, whether the upstream has proved who it is.
    func whenSecured(within limit: TimeAmount, _ receive: @escaping (Bool) -> Void) {
        guard !isClosed, !isSecured, let context else { return receive(isSecured && !isClosed) }
        whenSecured = receive
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: limit) {
            if connection.value.whenSecured != nil { connection.value.close() }
        }
    }

    private func secured(_ isSecured: Bool) {
        guard let receive = whenSecured else { return }
        whenSecured = nil
        receive(isSecured)
    }

    // MARK: What the exchange does

    func send(_ head: HTTPRequestHead, _ body: ByteBuffer, for user: any UpstreamUser) {
        guard let context, !isClosed else { return user.upstreamClosed(hasAnswered: false) }
        self.user = user
        hasAnswered = false
        canBeReused = false
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Stops reading, because the client does not take what was read.
    func pause() { isPaused = true }

    func resume() {
        guard isPaused else { return }
        isPaused = false
        guard isReadPending else { return }
        isReadPending = false
        context?.read()
    }

    /// Hangs up: the answer is no longer wanted.
    func abandon() {
        user = nil
        close()
    }

    func close() {
        isClosed = true
        context?.close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // An informational head announces another.
            guard head.status.code >= 200 else { return }
            hasAnswered = true
            canBeReused = head.isKeepAlive
            guard let user else { return close() }
            user.upstreamHead(head)
        case .body(let bytes):
            user?.upstreamBody(bytes)
        case .end:
            let user = self.user
            self.user = nil
            isPaused = false
            if canBeReused, context.channel.isActive { pool.release(self) } else { close() }
            user?.upstreamEnd()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            isSecured = true
            secured(true)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        user?.upstreamReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { isReadPending = true } else { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        pool.closed(self)
        let user = self.user
        self.user = nil
        secured(false)
        user?.upstreamClosed(hasAnswered: hasAnswered)
    }

    /// A response that does not parse, a TLS failure, a reset: the connection ends, and `channelInactive` tells the user.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }
}
