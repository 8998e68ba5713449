import RelayDomain

/// How customers pay: which networks, to which addresses, and for how long an order waits.
struct PaymentSettings: Hashable, Sendable {
    var openMinutes: Int64 = 30
    var graceDays: Int64 = 7
    /// How many orders of an account may wait for their payment at a time.
    var openOrders = 3
    /// In the order of ``RelayDomain/PaymentNetwork``.
    var networks: [NetworkSettings] = []
}

/// One network on which customers pay. It is watched, and nothing is ever sent: there is no private key in it.
struct NetworkSettings: Hashable, Sendable {
    enum Finality: Hashable, Sendable {
        /// The node's own word.
        case finalized
        /// So many blocks behind the newest one.
        case behindHead(Int64)
    }

    enum Start: Hashable, Sendable {
        case latest
        case block(Int64)
    }

    let network: PaymentNetwork
    /// The operator's, in the network's canonical form.
    var addresses: [String] = []
    /// URLs of nodes, which may hold secrets. Without one the operator confirms every payment by hand.
    var endpoints: [String] = []
    /// The token's, in the network's canonical form.
    var contract: String
    var decimals: Int
    var chainID: UInt64
    var confirmations: Int
    var finality = Finality.finalized
    var start = Start.latest
    var pollMilliseconds: Int64 = 5_000
    /// What is less, and no order asks for, is written down and nobody is asked about it; nil for a hundredth of a token.
    var minimum: TokenAmount?

    init(_ network: PaymentNetwork) {
        self.network = network
        contract = network.contract
        decimals = network.decimals
        chainID = network.chainID
        confirmations = network.confirmations
    }
}

/// What settings cannot judge by themselves: the code of addresses belongs to the payments.
struct PaymentForms: Sendable {
    /// Reads an address into the network's canonical form; nil for what is none.
    let address: @Sendable (String, PaymentNetwork) -> String?
    /// Whether a text is the URL of an endpoint.
    let isEndpoint: @Sendable (String) -> Bool
}
