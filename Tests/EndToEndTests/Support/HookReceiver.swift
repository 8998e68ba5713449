import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A program that is told of events, on a port of the loopback.
final class HookReceiver: Sendable {
    /// What came, and what it was answered with.
    struct Message: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]
        let status: Int

        var id: String { headers.first(name: "webhook-id") ?? "" }
        var seconds: Int { headers.first(name: "webhook-timestamp").flatMap { Int($0) } ?? 0 }
        var signatures: [String] {
            headers["webhook-signature"].flatMap { $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
        }
        var json: JSON { (try? JSON(String(decoding: body, as: UTF8.self))) ?? .null }
        var type: String { json["type"].string ?? "" }
        var data: JSON { json["data"] }

        /// What it must be signed with (Standard Webhooks, "Signature scheme").
        func signature(_ secret: String) -> String {
            let key = SymmetricKey(data: Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data())
            let signed = Data("\(id).\(headers.first(name: "webhook-timestamp") ?? "").".utf8) + Data(body)
            return "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
        }
    }

    let port: Int
    private let channel: any Channel
    private let state: State

    fileprivate final class State: Sendable {
        let messages = Mutex<[Message]>([])
        /// By path: the statuses of the next answers. Behind them it is 204.
        let statuses = Mutex<[String: [Int]]>([:])
        let connections = Mutex(0)

        func status(_ path: String) -> Int {
            statuses.withLock { statuses in statuses[path]?.isEmpty == false ? statuses[path]?.removeFirst() ?? 204 : 204 }
        }
    }

    init() async throws {
        let state = State()
        self.state = state
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(HookHandler(state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func close() async throws { try await channel.close() }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// How the next messages to a path are answered.
    func answer(_ path: String, with statuses: [Int]) { state.statuses.withLock { $0[path] = statuses } }

    var connections: Int { state.connections.withLock { $0 } }

    func messages(_ path: String) -> [Message] { state.messages.withLock { $0.filter { $0.path == path } } }

    /// Those of one id, as soon as there are so many.
    @discardableResult
    func messages(_ path: String, _ id: String, count: Int = 1) async throws -> [Message] {
        try await eventually("\(path) is told of \(id), \(count) times") {
            let found = messages(path).filter { $0.id == id }
            return found.count >= count ? found : nil
        }
    }

    /// The first of one type.
    func first(_ path: String, _ type: String) async throws -> Message {
        try await eventually("\(path) is told of \(type)") { messages(path).first { $0.type == type } }
    }
}

private final class HookHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let state: HookReceiver.State
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ state: HookReceiver.State) { self.state = state }

    func channelActive(context: ChannelHandlerContext) {
        state.connections.withLock { $0 += 1 }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let bytes): body += Array(bytes.readableBytesView)
        case .end:
            guard let head else { return }
            let status = state.status(head.uri)
            state.messages.withLock { $0.append(.init(path: head.uri, headers: head.headers, body: body, status: status)) }
            let response = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: status == 204 ? [:] : ["content-length": "0"])
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
