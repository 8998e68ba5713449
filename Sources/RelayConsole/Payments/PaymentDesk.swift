public import RelayDomain

/// How recharges are paid here, as far as the control plane has to know: what is offered, and whom to ask about a chain.
public struct PaymentDesk: Sendable {
    /// A network on which customers may pay.
    public struct Offer: Sendable {
        public let network: PaymentNetwork
        /// The operator's, in the network's canonical form.
        public let addresses: [String]
        /// The token's, in the network's canonical form.
        public let contract: String
        public let decimals: Int
        public let chainID: UInt64
        public let confirmationsNeeded: Int
        /// How the relay looks at it; nil where the operator confirms by hand.
        public let chain: (any ChainView)?

        public init(
            network: PaymentNetwork, addresses: [String], contract: String, decimals: Int, chainID: UInt64, confirmationsNeeded: Int,
            chain: (any ChainView)?
        ) {
            self.network = network
            self.addresses = addresses
            self.contract = contract
            self.decimals = decimals
            self.chainID = chainID
            self.confirmationsNeeded = confirmationsNeeded
            self.chain = chain
        }
    }

    public let offers: [Offer]
    public let openMilliseconds: Int64
    public let graceMilliseconds: Int64
    /// Orders of an account that may wait at a time.
    public let openOrders: Int
    /// What a wallet opens to pay an order of an offer.
    public let uri: @Sendable (PaymentTerms, Offer) -> String

    public init(
        offers: [Offer], openMilliseconds: Int64, graceMilliseconds: Int64, openOrders: Int,
        uri: @escaping @Sendable (PaymentTerms, Offer) -> String
    ) {
        self.offers = offers
        self.openMilliseconds = openMilliseconds
        self.graceMilliseconds = graceMilliseconds
        self.openOrders = openOrders
        self.uri = uri
    }

    /// No network: the operator confirms every payment.
    public static let byHand = PaymentDesk(offers: [], openMilliseconds: 0, graceMilliseconds: 0, openOrders: 3) { _, _ in "" }

    func offer(_ network: PaymentNetwork) -> Offer? { offers.first { $0.network == network } }
}

/// A network's chain, seen through its endpoints.
public protocol ChainView: Sendable {
    /// Has the scanner look soon. Without effect where another node scans.
    func wake()
    /// Looks one transaction up.
    /// - Parameter transaction: in the canonical form of ``RelayDomain/TransactionHash``.
    func lookUp(_ transaction: String) async -> ChainWord
}

/// What a chain says of a transaction.
public enum ChainWord: Hashable, Sendable {
    /// Its transfers to the operator's addresses; it stays.
    case final([ChainTransfer])
    /// The same, and it may still be dropped.
    case pending([ChainTransfer], confirmations: Int64)
    case notFound
    /// It was tried and moved nothing.
    case failed
    /// No endpoint answers, or they do not agree. In the relay's own words.
    case unknown(String)
}
