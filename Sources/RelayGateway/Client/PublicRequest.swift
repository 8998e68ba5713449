import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

/// A request of the public listener, whole.
struct PublicRequest {
    let id: RequestID
    let started: NIODeadline
    let head: HTTPRequestHead
    /// Where the client is, as far as its socket or a trusted proxy tells; nil where neither does.
    let address: NetworkAddress?
    /// Whether the client's connection is encrypted: to this listener, or to a trusted proxy, which says so.
    let isSecure: Bool
    /// The target without scheme, authority and query: `/v1/chat/completions`.
    let path: Substring
    var body: ByteBuffer?

    init(id: RequestID, head: HTTPRequestHead, address: NetworkAddress?, isSecure: Bool) {
        self.id = id
        started = .now()
        self.head = head
        self.address = address
        self.isSecure = isSecure
        path = Self.path(of: head.uri)
    }

    var isAPI: Bool { path.hasPrefix("/v1/") || path == "/v1" }

    /// Whether pages of other origins may be allowed to call it.
    var isForCrossOrigin: Bool { isAPI || path == "/openapi.json" }

    /// What the official SDKs say of their own retries, between 0 and 1,000.
    var clientRetryCount: Int64 {
        let count = head.headers.first(name: "x-stainless-retry-count").flatMap { Int64($0) } ?? 0
        return min(max(count, 0), 1_000)
    }

    /// The `Idempotency-Key`, where there is one.
    /// - Throws: a refusal for one that is empty, too long, given twice, or no visible ASCII.
    func idempotencyKey() throws(Refusal) -> String? {
        let values = head.headers["idempotency-key"]
        guard let key = values.first else { return nil }
        guard values.count == 1, (1...IdempotencyClaim.keyLimit).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) || $0 == 0x20 })
        else {
            throw Refusal(
                .invalidRequest,
                "An `Idempotency-Key` is one header of 1 to \(IdempotencyClaim.keyLimit) ASCII characters, none of them a control character.",
                param: "Idempotency-Key")
        }
        return key
    }

    /// How the body is coded; nil where it is as it is.
    /// - Throws: a refusal for a coding that is not taken off.
    func contentCoding() throws(Refusal) -> ContentCoding? { try ContentCoding.read(head.headers["content-encoding"]) }

    /// nil where the body is chunked, or there is none.
    var contentLength: Int? { head.headers.first(name: "content-length").flatMap { Int($0) } }

    /// An absolute-form target in its parts: the authority, and the rest in origin form (RFC 9112, section 3.2.2); nil where the target has
    /// another form.
    var absoluteTarget: (authority: Substring, rest: String)? { Self.absoluteTarget(head.uri) }

    private static func absoluteTarget(_ target: String) -> (authority: Substring, rest: String)? {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return nil }
        let authority = target[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let rest = target[authority.endIndex...]
        return (authority, rest.hasPrefix("/") ? String(rest) : "/\(rest)")
    }

    private static func path(of target: String) -> Substring {
        let target = absoluteTarget(target)?.rest ?? target
        return target.prefix { $0 != "?" && $0 != "#" }
    }
}

/// Something that answers a request: an exchange with an upstream, or the console behind its socket.
protocol PublicResponder: AnyObject {
    /// The client has closed its connection.
    func clientLeft()
    /// The client takes bytes again, or no longer does.
    func clientWritabilityChanged()
    /// A few times a second while the client is there: whoever answers bounds their own waits.
    func tick(now: NIODeadline)
}
