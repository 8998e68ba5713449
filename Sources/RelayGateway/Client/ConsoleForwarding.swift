import NIOCore
import NIOHTTP1
import RelayDomain

/// Passes a request on to the console behind its private socket, and its answer back, unbilled.
final class ConsoleForwarding: PublicResponder, UpstreamUser {
    /// Headers that concern one connection only (RFC 9110, section 7.6.1).
    private static let hopByHop = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length",
    ]

    private let request: PublicRequest
    private weak var client: PublicHandler?
    private let loop: LoopContext
    private var connection: UpstreamConnection?
    private var hasAnswered = false
    private var isDone = false
    /// Whether the client gets only the head of the console's answer.
    private var isBodyDropped = false
    /// When the console's silence, or the client's, has been too long.
    private var deadline: NIODeadline

    init(_ request: PublicRequest, client: PublicHandler, loop: LoopContext) {
        self.request = request
        self.client = client
        self.loop = loop
        deadline = .now() + loop.console.upstream.firstByteTimeout
    }

    func start(wantsFresh: Bool = false) {
        // The closure keeps this object until the connection is there.
        loop.console.acquire(wantsFresh: wantsFresh) { [self] grant in
            switch grant {
            case .success(let (connection, isReused)): send(on: connection, isReused: isReused)
            case .failure: fail()
            }
        }
    }

    private var canRetry = false

    /// What proxies say of those whose requests they pass on. Who is not trusted is not believed; but such a request is not the word of
    /// somebody on this machine, wherever its connection comes from.
    private static let proxyWords = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via"]
    private static let passedOn = "nexrelay-passed-on"

    private func send(on connection: UpstreamConnection, isReused: Bool) {
        guard !isDone else { return loop.console.release(connection) }
        self.connection = connection
        // Only what changes nothing is safe to send a second time.
        canRetry = isReused && (request.head.method == .GET || request.head.method == .HEAD)
        let body = request.body ?? ByteBuffer()
        var head = request.head
        head.version = .http1_1
        if let target = request.absoluteTarget {
            // What `Host` says counts for nothing then.
            head.uri = target.rest
            head.headers.replaceOrAdd(name: "host", value: String(target.authority))
        }
        for name in Self.hopByHop + head.headers[canonicalForm: "connection"].map(String.init) { head.headers.remove(name: name) }
        let isPassedOn = !request.isSecure && Self.proxyWords.contains { head.headers.contains(name: $0) }
        if isPassedOn { head.headers.replaceOrAdd(name: Self.passedOn, value: "true") } else { head.headers.remove(name: Self.passedOn) }
        // The console is told where the client is and whether it came over TLS, and nothing that the client says of either.
        head.headers.remove(name: "x-forwarded-for")
        if let address = request.address { head.headers.add(name: "x-forwarded-for", value: address.description) }
        head.headers.replaceOrAdd(name: "x-forwarded-proto", value: request.isSecure ? "https" : "http")
        head.headers.replaceOrAdd(name: "x-request-id", value: request.id.description)
        if body.readableBytes > 0 || request.head.method == .POST {
            head.headers.add(name: "content-length", value: String(body.readableBytes))
        }
        connection.send(head, body, for: self)
    }

    private func fail() {
        guard !isDone else { return }
        isDone = true
        connection = nil
        guard let client else { return }
        if hasAnswered { return client.close() }
        client.refuse(
            Refusal(.overloaded, "The console does not answer at present. Try again in a moment.", retryAfterSeconds: 2), id: request.id)
    }

    // MARK: The console's answer

    func upstreamHead(_ head: HTTPResponseHead) {
        hasAnswered = true
        deadline = .now() + loop.console.upstream.idleTimeout
        var headers = head.headers
        headers.remove(name: "connection")
        headers.remove(name: "keep-alive")
        if request.isAPI { headers.replaceOrAdd(name: "x-request-id", value: request.id.description) }
        if request.head.method == .OPTIONS, head.status == .methodNotAllowed, let methods = headers.first(name: "allow") {
            // The console knows which methods a path has, and says so to whoever comes with another.
            isBodyDropped = true
            for name in ["content-type", "content-length", "transfer-encoding"] { headers.remove(name: name) }
            headers.replaceOrAdd(name: "allow", value: "\(methods), OPTIONS")
            client?.writeHead(.noContent, headers)
        } else {
            client?.writeHead(head.status, headers)
        }
    }

    func upstreamBody(_ bytes: ByteBuffer) {
        deadline = .now() + loop.console.upstream.idleTimeout
        if !isBodyDropped { client?.write(bytes) }
    }

    func upstreamReadComplete() {
        guard let client else { return }
        client.flush()
        if !client.isWritable { connection?.pause() }
    }

    func upstreamEnd() {
        isDone = true
        connection = nil
        client?.end()
    }

    func upstreamClosed(hasAnswered: Bool) {
        guard !isDone else { return }
        if canRetry, !hasAnswered {
            canRetry = false
            return start(wantsFresh: true)
        }
        fail()
    }

    // MARK: The client

    func clientLeft() {
        isDone = true
        connection?.abandon()
        connection = nil
    }

    func clientWritabilityChanged() {
        deadline = .now() + loop.console.upstream.idleTimeout
        if client?.isWritable == true { connection?.resume() }
    }

    func tick(now: NIODeadline) {
        guard deadline < now, !isDone else { return }
        connection?.abandon()
        fail()
    }
}
