import Logging
import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

/// The last handler of a client's connection: gathers a request, finds who answers it, and writes what they answer.
///
/// The pipeline handler before it lets one request through at a time.
final class PublicHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        /// → reading, discarding
        case idle(since: NIODeadline)
        /// → responding, discarding
        case reading(PublicRequest, lastByte: NIODeadline)
        /// The answer was given before the request's end. → idle, or closed
        case discarding(since: NIODeadline)
        /// → idle, or closed
        case responding(PublicRequest, any PublicResponder)
    }

    private let loop: LoopContext
    private let arrival: ArrivalWatch
    private var phase = Phase.idle(since: .now())
    private var context: ChannelHandlerContext?
    private var authorization = KeyReader()
    private var isKeepAlive = true
    private var version = HTTPVersion.http1_1
    private var hasInputClosed = false

    init(loop: LoopContext, arrival: ArrivalWatch) {
        self.loop = loop
        self.arrival = arrival
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if loop.connectionCount > loop.connectionLimit { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.closed(self)
        if case .responding(_, let responder) = phase { responder.clientLeft() }
        phase = .idle(since: .now())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let bytes): received(bytes)
        case .end: receivedEnd()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .responding(_, let responder) = phase { responder.clientWritabilityChanged() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has said all may still wait for its answer; one that has asked for nothing has left.
        if case ChannelEvent.inputClosed = event {
            hasInputClosed = true
            switch phase {
            case .responding: return
            case .idle, .reading, .discarding: context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .idle = phase, let error = error as? HTTPParserError else { return context.close(promise: nil) }
        isKeepAlive = false
        let refusal =
            error == .headerOverflow
            ? Refusal(.headersTooLarge, "The request's head is larger than \(loop.configuration.limits.headBytes) bytes.")
            : Refusal(.invalidRequest, "The request is not valid HTTP.")
        phase = .discarding(since: .now())
        refuse(refusal, id: loop.makeRequestID(at: loop.now()))
    }

    // MARK: Gathering a request

    private func received(_ head: HTTPRequestHead) {
        arrival.headSince = nil
        isKeepAlive = head.isKeepAlive
        version = head.version
        let request = PublicRequest(id: loop.makeRequestID(at: loop.now()), arrivedAt: loop.now(), head: head)
        phase = .reading(request, lastByte: .now())
        if let refusal = earlyRefusal(of: request) { return refuseEarly(refusal, request) }
        if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            context?.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: version, status: .continue))), promise: nil)
        }
    }

    /// What can be said before the body has come.
    private func earlyRefusal(of request: PublicRequest) -> Refusal? {
        if loop.isDraining {
            isKeepAlive = false
            return Refusal(.draining, "The relay is shutting down.", retryAfterSeconds: 5)
        }
        if request.head.uri.utf8.count > loop.configuration.limits.targetBytes {
            return Refusal(.uriTooLong, "The request's target is longer than \(loop.configuration.limits.targetBytes) bytes.")
        }
        if let length = request.contentLength, length > loop.configuration.limits.bodyBytes { return tooLarge }
        guard RelayedEndpoint(request) != nil else { return nil }
        if let encoding = request.head.headers.first(name: "content-encoding"), encoding.lowercased() != "identity" {
            return Refusal(.unsupportedMediaType, "Send the body without a content encoding.")
        }
        return authorization.key(of: request.head, hash: loop.hashSecret) == nil ? Ledger.invalidKey : nil
    }

    private var tooLarge: Refusal {
        Refusal(.requestTooLarge, "The request's body is larger than \(loop.configuration.limits.bodyBytes) bytes.")
    }

    /// Answers before the request's end. What is left of a small body is read and dropped; a connection with a large one is closed.
    private func refuseEarly(_ refusal: Refusal, _ request: PublicRequest) {
        let hasSmallBody = request.contentLength.map { $0 <= 64 << 10 } ?? !request.head.headers.contains(name: "transfer-encoding")
        if !hasSmallBody { isKeepAlive = false }
        phase = .discarding(since: .now())
        refuse(refusal, id: request.id)
    }

    private func received(_ bytes: ByteBuffer) {
        guard case .reading(var request, _) = phase else { return }
        // The phase lets go of the buffer, so that appending to it does not copy it.
        phase = .idle(since: .now())
        if request.body == nil { request.body = bytes } else { request.body!.writeImmutableBuffer(bytes) }
        let isTooLarge = request.body!.readableBytes > loop.configuration.limits.bodyBytes
        phase = .reading(request, lastByte: .now())
        if isTooLarge {
            isKeepAlive = false
            phase = .discarding(since: .now())
            refuse(tooLarge, id: request.id)
        }
    }

    private func receivedEnd() {
        // What came since the head was the request's body, and not a further head.
        arrival.headSince = nil
        guard case .reading(let request, _) = phase else {
            if case .discarding = phase { phase = .idle(since: .now()) }
            return
        }
        if let endpoint = RelayedEndpoint(request), let key = authorization.key(of: request.head, hash: loop.hashSecret) {
            let exchange = RelayExchange(request, endpoint: endpoint, key: key, client: self, loop: loop)
            phase = .responding(request, exchange)
            exchange.start()
        } else {
            let forwarding = ConsoleForwarding(request, client: self, loop: loop)
            phase = .responding(request, forwarding)
            forwarding.start()
        }
    }

    // MARK: Writing an answer

    var isWritable: Bool { context?.channel.isWritable ?? false }

    var allocator: ByteBufferAllocator { context?.channel.allocator ?? ByteBufferAllocator() }

    func writeHead(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        var headers = headers
        if !isKeepAlive || loop.isDraining {
            isKeepAlive = false
            headers.replaceOrAdd(name: "connection", value: "close")
        }
        context?.write(wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))), promise: nil)
    }

    func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }

    func flush() { context?.flush() }

    /// Ends the answer and, with it, the request.
    func end() {
        guard let context else { return }
        if case .responding = phase { phase = .idle(since: .now()) }
        guard isKeepAlive, !hasInputClosed else {
            let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
            return context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in connection.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// A whole answer in one flush.
    func respond(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer) {
        var headers = headers
        headers.replaceOrAdd(name: "content-length", value: String(body.readableBytes))
        writeHead(status, headers)
        if body.readableBytes > 0 { write(body) }
        end()
    }

    /// A refusal of the contract, as a whole answer.
    func refuse(_ refusal: Refusal, id: RequestID, attempts: Int = 0) {
        loop.logger.info("refused", metadata: ["request": "\(id)", "code": "\(refusal.code.rawValue)", "status": "\(refusal.status)"])
        respond(
            HTTPResponseStatus(statusCode: refusal.status), ResponseHeaders.refusal(refusal, id: id, attempts: attempts),
            ErrorEnvelope.body(of: refusal, allocator: allocator))
    }

    func close() { context?.close(promise: nil) }

    // MARK: Time

    func closeIfIdle() {
        if case .idle = phase, arrival.headSince == nil { close() }
    }

    func tick(now: NIODeadline) {
        let limits = loop.configuration.limits
        switch phase {
        case .idle(let since):
            let isLate = arrival.headSince.map { now - $0 > TimeAmount(seconds: limits.requestSeconds) } ?? false
            if isLate || now - since > TimeAmount(seconds: limits.keepAliveSeconds) { close() }
        case .reading(_, let since), .discarding(let since):
            if now - since > TimeAmount(seconds: limits.requestSeconds) { close() }
        case .responding: break
        }
    }
}
