import Logging
import NIOCore
import NIOHTTP1
import NIOTLS
import RelayDomain
import RelayWire

/// The last handler of a client's connection: gathers a request, finds who answers it, and writes what they answer.
///
/// The pipeline handler before it lets one request through at a time.
final class PublicHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        /// → reading, discarding
        case idle(since: NIODeadline)
        /// → responding, discarding
        case reading(PublicRequest, lastByte: NIODeadline)
        /// The answer was given before the request's end. → idle, or closed
        case discarding(since: NIODeadline)
        /// → idle, or closed
        case responding(PublicRequest, any PublicResponder)
    }

    let loop: LoopContext
    let arrival: ArrivalWatch
    var phase = Phase.idle(since: .now())
    private(set) var context: ChannelHandlerContext?
    private var authorization = KeyReader()
    /// The other end of the connection: the client's, or a proxy's before it.
    private var address: NetworkAddress?
    /// Whether the connection is.
    private let isEncrypted: Bool

    /// Whether the address's connections have this one among them.
    private var isCounted = false
    /// Bytes of the present body that the loop counts as gathered.
    private var gatheredBytes = 0

    // The request that is being answered (`+Writing`).
    var isKeepAlive = true
    var version = HTTPVersion.http1_1
    var method = HTTPMethod.GET
    var crossOrigin = CrossOrigin.none

    // The connection (`+Writing`).
    /// Whether TLS has not been agreed on yet.
    var isHandshaking: Bool
    var hasInputClosed: Bool { inputClosedAt != nil }
    /// Since when the client sends no more.
    var inputClosedAt: NIODeadline?
    /// Whether the present answer's head was written, or a probe was sent instead.
    var isHeadWritten = false
    /// Whether a part of a request is being handed in right now.
    var isDelivering = false
    /// Answers whose last byte has not been taken by the socket yet. None of them may be cut off.
    var unfinishedAnswers = 0
    var closesWhenFinished = false
    /// When the socket last took an answer's bytes.
    var lastProgress = NIODeadline.now()

    init(loop: LoopContext, arrival: ArrivalWatch, isHandshaking: Bool) {
        self.loop = loop
        self.arrival = arrival
        self.isHandshaking = isHandshaking
        isEncrypted = isHandshaking
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.opened(self)
        // A zone is of this machine only, and part of no network.
        address = context.channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0.prefix { $0 != "%" }) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if loop.connectionCount > loop.connectionLimit { return context.close(promise: nil) }
        // A proxy's connections are those of many.
        guard let address, !loop.configuration.trustedProxies.contains(address) else { return }
        if loop.connectionCounts.open(address) { isCounted = true } else { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.closed(self)
        if isCounted, let address { loop.connectionCounts.close(address) }
        letGoOfBody()
        if case .responding(_, let responder) = phase { responder.clientLeft() }
        phase = .idle(since: .now())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isDelivering = true
        defer { isDelivering = false }
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let bytes): received(bytes)
        case .end: receivedEnd()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastProgress = .now()
        if case .responding(_, let responder) = phase { responder.clientWritabilityChanged() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { isHandshaking = false }
        // A client that has said all may still wait for its answer; one that has asked for nothing has left.
        if case ChannelEvent.inputClosed = event {
            inputClosedAt = .now()
            switch phase {
            case .responding: return
            case .idle, .reading, .discarding: closeWhenFinished()
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard unfinishedAnswers == 0, let error = error as? HTTPParserError else { return closeWhenFinished() }
        var id = loop.makeRequestID(at: loop.now())
        switch phase {
        case .idle:
            method = .GET
            crossOrigin = .none
        case .reading(let request, _) where error != .invalidEOFState:
            id = request.id
            letGoOfBody()
        case .reading, .discarding, .responding: return closeWhenFinished()
        }
        // Where the next request would begin is not known.
        isKeepAlive = false
        phase = .discarding(since: .now())
        refuse(refusal(for: error), id: id)
    }

    private func refusal(for error: HTTPParserError) -> Refusal {
        if error == .headerOverflow {
            return Refusal(.headersTooLarge, "The request's head is larger than \(loop.configuration.limits.headBytes) bytes.")
        }
        return Refusal(.invalidRequest, "The request is not valid HTTP." + (arrival.fault.map { " \($0.message)" } ?? ""))
    }

    // MARK: Gathering a request

    private func received(_ head: HTTPRequestHead) {
        arrival.headSince = nil
        // After `Upgrade` and `CONNECT` the parser reads no further request: nothing that follows would be answered.
        isKeepAlive = head.isKeepAlive && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
        version = head.version
        method = head.method
        isHeadWritten = false
        let client = address.flatMap { loop.configuration.trustedProxies.client(of: $0, forwarded: head.headers["x-forwarded-for"]) }
        let isSecure =
            isEncrypted
            || address.map { loop.configuration.trustedProxies.isSecure(at: $0, forwarded: head.headers["x-forwarded-proto"]) } ?? false
        let request = PublicRequest(id: loop.makeRequestID(at: loop.now()), head: head, address: client, isSecure: isSecure)
        crossOrigin = request.isForCrossOrigin ? CrossOrigin(loop.configuration.crossOrigin, head.headers) : .none
        phase = .reading(request, lastByte: .now())
        if let refusal = earlyRefusal(of: request) { return refuseEarly(refusal, request) }
        if let headers = optionsAnswer(to: request) { return respondEarly(request) { respond(.noContent, headers) } }
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
        if request.head.method == .TRACE || request.head.method == .CONNECT {
            // Neither has a meaning here, and how a body of theirs is framed is not agreed on.
            isKeepAlive = false
            return Refusal(.methodNotAllowed, "The method \(request.head.method.rawValue) is not served.")
        }
        if request.isAPI, request.head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) {
            // Clients that try it first fall back at once.
            isKeepAlive = false
            return Refusal(.upgradeRequired, "WebSockets are not served here. Send a POST over HTTP/1.1, with `stream` for a stream.")
        }
        if let length = request.contentLength {
            if length > bodyLimit(of: request) { return tooLarge(request) }
            if !loop.mayGather(length) { return Self.noMemory }
        }
        guard Endpoint(request) != nil else { return nil }
        do {
            _ = try request.contentCoding()
        } catch {
            return error
        }
        return authorization.key(of: request.head, hash: loop.hashSecret) == nil ? Ledger.invalidKey : nil
    }

    private func bodyLimit(of request: PublicRequest) -> Int {
        Endpoint(request) == nil ? loop.configuration.limits.consoleBodyBytes : loop.configuration.limits.bodyBytes
    }

    private func tooLarge(_ request: PublicRequest) -> Refusal {
        Refusal(.requestTooLarge, "The request's body is larger than \(bodyLimit(of: request)) bytes.")
    }

    /// What is answered to OPTIONS without asking who has the path: preflights, and `OPTIONS *` (RFC 9110, section 9.3.7).
    private func optionsAnswer(to request: PublicRequest) -> HTTPHeaders? {
        guard method == .OPTIONS else { return nil }
        if request.head.uri == "*" { return ["allow": ResponseHeaders.methods, "x-request-id": request.id.description] }
        var headers = crossOrigin.preflight(request.head.headers)
        headers?.add(name: "x-request-id", value: request.id.description)
        return headers
    }

    private func refuseEarly(_ refusal: Refusal, _ request: PublicRequest) {
        respondEarly(request) { refuse(refusal, id: request.id) }
    }

    /// Answers before the request's end. What is left of a small body is read and dropped; a connection with a large one is closed.
    private func respondEarly(_ request: PublicRequest, _ respond: () -> Void) {
        let hasSmallBody = request.contentLength.map { $0 <= 64 << 10 } ?? !request.head.headers.contains(name: "transfer-encoding")
        if !hasSmallBody { isKeepAlive = false }
        phase = .discarding(since: .now())
        respond()
    }

    private func received(_ bytes: ByteBuffer) {
        guard case .reading(var request, _) = phase else { return }
        // The phase lets go of the buffer, so that appending to it does not copy it.
        phase = .idle(since: .now())
        if request.body == nil { request.body = bytes } else { request.body!.writeImmutableBuffer(bytes) }
        let isTooLarge = request.body!.readableBytes > bodyLimit(of: request)
        gatheredBytes += bytes.readableBytes
        loop.gatheredBytes += bytes.readableBytes
        phase = .reading(request, lastByte: .now())
        if !loop.mayGather(0) { return refuseGathering(request) }
        if isTooLarge {
            isKeepAlive = false
            phase = .discarding(since: .now())
            letGoOfBody()
            refuse(tooLarge(request), id: request.id)
        }
    }

    /// There is no memory for more bodies: better a few refused early than all of them late.
    private func refuseGathering(_ request: PublicRequest) {
        isKeepAlive = false
        letGoOfBody()
        phase = .discarding(since: .now())
        refuse(Self.noMemory, id: request.id)
    }

    static let noMemory = Refusal(.overloaded, "The relay holds too many bodies at present.", retryAfterSeconds: 2)

    /// The loop no longer counts the body as this connection's.
    private func letGoOfBody() {
        loop.gatheredBytes -= gatheredBytes
        gatheredBytes = 0
    }

    private func receivedEnd() {
        letGoOfBody()
        // What came since the head was the request's body, and not a further head.
        arrival.headSince = nil
        guard case .reading(let request, _) = phase else {
            if case .discarding = phase { phase = .idle(since: .now()) }
            return
        }
        if let endpoint = Endpoint(request), let key = authorization.key(of: request.head, hash: loop.hashSecret) {
            // The exchange alone keeps the body, and lets go of it as soon as it can.
            var request = request
            let body = request.body ?? ByteBuffer()
            request.body = nil
            // A coding that is not served was refused by the head.
            guard let coding = try? request.contentCoding() else { return relay(request, body, endpoint, key) }
            let decoding = BodyDecoding(body, coding, loop: loop)
            phase = .responding(request, decoding)
            decoding.start { [self] result in
                switch result {
                case .success(let body): relay(request, body, endpoint, key)
                case .failure(let refusal): refuse(refusal, id: request.id)
                }
            }
        } else {
            let forwarding = ConsoleForwarding(request, client: self, loop: loop)
            phase = .responding(request, forwarding)
            forwarding.start()
        }
    }

    private func relay(_ request: PublicRequest, _ body: ByteBuffer, _ endpoint: Endpoint, _ key: PresentedKey) {
        let exchange = RelayExchange(request, body: body, endpoint: endpoint, key: key, client: self, loop: loop)
        phase = .responding(request, exchange)
        exchange.start()
    }
}
