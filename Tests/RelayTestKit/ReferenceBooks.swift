public import RelayDomain

/// The rules of the books once more, as plainly as can be: sums over lists of what happened, nothing kept up to date. Tests hold the ledger against it.
public struct ReferenceBooks {
    public struct Request {
        public let account: AccountID
        public let held: Credits
        public var charged: Credits?
        public var isExpired = false
    }

    public private(set) var deposits: [(account: AccountID, credits: Credits)] = []
    public private(set) var requests: [RequestID: Request] = [:]

    public init() {}

    public mutating func deposit(_ credits: Credits, to account: AccountID) { deposits.append((account, credits)) }

    public func posted(_ account: AccountID) -> Credits {
        let paidIn = deposits.filter { $0.account == account }.reduce(Credits.zero) { $0 + $1.credits }
        return requests.values.filter { $0.account == account }.reduce(paidIn) { $0 - ($1.charged ?? .zero) }
    }

    public func held(_ account: AccountID) -> Credits {
        requests.values.filter { $0.account == account && $0.charged == nil }.reduce(.zero) { $0 + $1.held }
    }

    /// The output limit of a request at $1.00 on each meter, or nil where the wallet cannot pay for the input and one token.
    public func limit(_ account: AccountID, input: Int64, asked: Int64) -> Int64? {
        let tokens = (posted(account) - held(account)).thousandths / 1_000 - input
        return tokens < 1 ? nil : min(asked, tokens)
    }

    public mutating func admit(_ request: RequestID, _ account: AccountID, tokens: Int64) {
        requests[request] = Request(account: account, held: Credits(tokens), charged: nil)
    }

    /// - Parameter tokens: nil where it expires. What has expired may be settled afterwards, from what the wallet still has.
    public mutating func end(_ request: RequestID, tokens: Int64?, isSettled: Bool = true) {
        guard let known = requests[request] else { return }
        if known.isExpired, isSettled, let tokens {
            requests[request]!.charged = min(Credits(tokens), known.held, posted(known.account) - held(known.account))
            requests[request]!.isExpired = false
        }
        guard known.charged == nil else { return }
        requests[request]!.charged = min(Credits(tokens ?? 0), known.held)
        requests[request]!.isExpired = tokens == nil
    }
}
