/// Why an endpoint gave no answer that can be believed.
///
/// It never holds an endpoint's words or address: some endpoints have a secret in the path, and some repeat it.
public struct RPCFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Too many requests; the same one may pass later.
        case limited
        /// The blocks or the logs that were asked for are too many; fewer may pass.
        case tooMuch = "too_much"
        /// The answer has more bytes than are taken, or than the node gives, and fewer blocks do not help where it is about one transaction.
        case tooLarge = "too_large"
        /// The node does not know the method, or a tag such as `finalized`.
        case unsupported
        /// An error in the protocol's own form, of another kind.
        case refused
        /// No JSON-RPC answer to our request, or a value of another shape.
        case malformed
        /// Two answers of the same endpoint that cannot both be true, as from a balancer over nodes of different age.
        case incoherent
        case unreachable
        case timedOut = "timed_out"
        /// Another chain, or a contract with other decimals, than is configured.
        case wrongChain = "wrong_chain"
        /// Its newest block is old.
        case stale
    }

    public let kind: Kind
    /// By host and number, as in ``EndpointLocation/name(_:)``.
    public let endpoint: String
    /// In a few words, of this program's own.
    public let detail: String

    init(_ kind: Kind, _ endpoint: String, _ detail: String) {
        self.kind = kind
        self.endpoint = endpoint
        self.detail = detail
    }

    public var description: String { "\(endpoint): \(kind.rawValue): \(detail)" }
}

extension RPCFailure.Kind {
    /// What an error in the protocol's form means. There is no standard of it: the words are those of nodes and providers.
    /// - Parameters:
    ///   - code: `error.code`.
    ///   - message: `error.message`.
    init(code: Int64, message: String) {
        let words = message.lowercased()
        func says(_ phrases: [String]) -> Bool { phrases.contains { words.contains($0) } }
        if says(Self.tooLargePhrases) {
            self = .tooLarge
        } else if says(Self.tooMuchPhrases) {
            self = .tooMuch
        } else if code == 429 || code == -32_005 || code == -32_029 || says(Self.limitPhrases) {
            self = .limited
        } else if code == -32_601 || code == -32_602 || code == -32_004 || says(Self.unsupportedPhrases) {
            self = .unsupported
        } else {
            self = .refused
        }
    }

    private static let tooMuchPhrases = [
        "range", "returned more than", "too many logs", "too many results", "too many blocks", "logs matched", "query timeout",
        "exceeds max results",
    ]
    private static let tooLargePhrases = ["response size", "size exceeded", "response is too", "response too"]
    private static let limitPhrases = [
        "rate limit", "too many requests", "limit exceeded", "exceed", "capacity", "frequency", "quota", "throttl",
    ]
    private static let unsupportedPhrases = [
        "not support", "unsupported", "not implemented", "does not exist", "unknown block tag", "invalid block", "invalid argument",
        "cannot unmarshal", "hex string without 0x prefix",
    ]

    /// Fewer blocks may help.
    var asksForLess: Bool { isTooMuch || self == .limited || self == .timedOut }
    /// The endpoint is well; it was asked for more than it gives.
    var isTooMuch: Bool { self == .tooMuch || self == .tooLarge }
}
