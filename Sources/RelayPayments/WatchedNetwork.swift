public import RelayDomain

/// How it is known that a block stays.
public enum Finality: Hashable, Sendable {
    /// The node's own word, the tag `finalized`; where a node has never known it, ``WatchedNetwork/depth`` behind its newest block.
    case finalized
    /// So many blocks behind the newest one.
    case behindHead(Int64)
}

/// A network's first scan.
public enum ScanStart: Hashable, Sendable {
    /// At what is final then: earlier payments are none of ours.
    case latest
    /// The first block that is scanned.
    case block(Int64)
}

extension PaymentNetwork {
    /// How many blocks behind the newest one are taken for final where a node does not tell what is: more than it takes as a rule, because
    /// nobody says when it takes longer. Polygon has dropped more than a hundred blocks at once.
    var depth: Int64 {
        switch self {
        case .tron: 19
        case .ethereum: 64
        case .bsc: 20
        case .polygon: 256
        }
    }
}

/// One network to watch. There is no private key in it, and there is no need for one.
public struct WatchedNetwork: Hashable, Sendable {
    public let network: PaymentNetwork
    public let contract: ChainAddress
    public let decimals: Int
    public let chainID: UInt64
    /// The operator's, as configured.
    public let addresses: [ChainAddress]
    public let finality: Finality
    /// For ``Finality/finalized`` where a node does not know it: so many blocks behind the newest one.
    public let depth: Int64
    public let start: ScanStart
    public let poll: Duration
    /// An endpoint whose newest block is older than this is not asked further.
    public let greatestAge: Duration

    /// - Parameters:
    ///   - confirmations: what customers are told of.
    ///   - depth: nil for what is known of the network, and no fewer than the confirmations.
    public init(
        network: PaymentNetwork, contract: ChainAddress, decimals: Int, chainID: UInt64, addresses: [ChainAddress],
        finality: Finality = .finalized, confirmations: Int64, depth: Int64? = nil, start: ScanStart = .latest,
        poll: Duration = .seconds(5),
        greatestAge: Duration = .seconds(600)
    ) {
        self.network = network
        self.contract = contract
        self.decimals = decimals
        self.chainID = chainID
        self.addresses = addresses
        self.finality = finality
        self.depth = depth ?? max(confirmations, network.depth)
        self.start = start
        self.poll = poll
        self.greatestAge = greatestAge
    }
}
