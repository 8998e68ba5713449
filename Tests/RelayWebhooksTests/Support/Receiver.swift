import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server on the loopback that takes requests and answers as a test says.
final class Receiver: Sendable {
    enum Behaviour: Sendable {
        /// These bytes, and then it waits for the other side.
        case says(String)
        /// These bytes, and then it closes.
        case leaves(String)
        /// These bytes, and then others for ever.
        case goesOn(String, with: String)
    }

    struct Request: Sendable {
        fileprivate let head: HTTPRequestHead
        fileprivate(set) var body: [UInt8] = []

        /// The method and the target.
        var line: String { "\(head.method) \(head.uri)" }
        var headers: [String] { head.headers.map { "\($0.name): \($0.value)" } }
        func header(_ name: String) -> String? { head.headers.first(name: name) }
    }

    let port: Int
    private let channel: any Channel
    private let state: State

    final class State: Sendable {
        let requests = Mutex<[Request]>([])
        let connections = Mutex<(made: Int, ended: Int)>((0, 0))
    }

    static func status(_ status: Int, headers: String = "", body: String = "") -> Behaviour {
        .says("HTTP/1.1 \(status) X\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    init(_ behaviour: Behaviour, tls: NIOSSLContext? = nil) async throws {
        let state = State()
        self.state = state
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(ReceiverHandler(behaviour, state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress!.port!
    }

    var requests: [Request] { state.requests.withLock { $0 } }
    var connections: (made: Int, ended: Int) { state.connections.withLock { $0 } }
    func url(_ scheme: String = "http", host: String = "127.0.0.1") -> String { "\(scheme)://\(host):\(port)/hook?a=b" }

    func close() async throws { try await channel.close() }
}

private final class ReceiverHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let behaviour: Receiver.Behaviour
    private let state: Receiver.State
    private var request: Receiver.Request?

    init(_ behaviour: Receiver.Behaviour, _ state: Receiver.State) {
        self.behaviour = behaviour
        self.state = state
    }

    func channelActive(context: ChannelHandlerContext) {
        state.connections.withLock { $0.made += 1 }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.connections.withLock { $0.ended += 1 }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = Receiver.Request(head: head)
        case .body(let bytes): request?.body += Array(bytes.readableBytesView)
        case .end:
            if let request { state.requests.withLock { $0.append(request) } }
            answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ context: ChannelHandlerContext) {
        switch behaviour {
        case .says(let text): write(text, context, promise: nil)
        case .leaves(let text):
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
            write(text, context, promise: written)
        case .goesOn(let text, let more):
            write(text, context, promise: nil)
            goOn(more, context)
        }
    }

    private func goOn(_ text: String, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { self.goOn(text, context) }
        write(text, context, promise: written)
    }

    private func write(_ text: String, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: promise)
    }
}
