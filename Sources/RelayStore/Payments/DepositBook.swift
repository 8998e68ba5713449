public import RelayDomain

/// Which chain an endpoint speaks for.
public struct ChainIdentity: Hashable, Sendable {
    public let chainID: UInt64
    /// The hash of block 0 (or of the earliest one that the endpoints keep): `0x` and 64 hexadecimal digits.
    public let genesis: String

    public init(chainID: UInt64, genesis: String) {
        self.chainID = chainID
        self.genesis = genesis
    }
}

/// How far a network was scanned.
public struct ScanPosition: Hashable, Sendable {
    /// Every final transfer up to this block, included, is in the books.
    public let cursor: Int64
    /// Where the first scan of all began: nothing up to this block was ever looked at. A scanner looks back no further.
    public let start: Int64

    public init(cursor: Int64, start: Int64) {
        self.cursor = cursor
        self.start = start
    }
}

/// A payment that is on the chain and not final yet: for display alone, no money moves for it.
public struct Sighting: Hashable, Sendable {
    public let transfer: ChainTransfer
    /// The chain's newest block when it was seen.
    public let head: Int64

    public init(transfer: ChainTransfer, head: Int64) {
        self.transfer = transfer
        self.head = head
    }
}

/// Where a scanner writes what it found. One node at a time scans a network.
public protocol DepositBook: Sendable {
    /// Takes the network for this node, or goes on holding it. A network that was never scanned begins at `start`.
    /// - Returns: nil while another node that lives scans it.
    /// - Throws: ``StoreFailure``; ``OtherChain`` where the books know the network as another chain.
    func hold(_ network: PaymentNetwork, on chain: ChainIdentity, startingAt start: Int64) async throws -> ScanPosition?

    /// The addresses at which an order may still be paid, in their canonical form, in order: they are watched whatever the configuration says.
    /// - Throws: ``StoreFailure``.
    func watched(_ network: PaymentNetwork) async throws -> [String]

    /// Writes deposits and sweeps (transfers from our addresses) of the blocks up to `cursor` and moves the cursor, block by block: what is of
    /// one block is written with the cursor in one transaction, and very many transfers are written in several. What is known already is
    /// left as it is.
    /// - Throws: ``StoreFailure``, of the kind `fenced` where this node no longer scans the network, or the cursor is no longer there.
    func advance(
        _ network: PaymentNetwork, from position: ScanPosition, to cursor: Int64, deposits: [ChainTransfer], sweeps: [ChainTransfer]
    ) async throws -> ScanPosition

    /// Replaces what is displayed of payments that are not final yet.
    func show(_ network: PaymentNetwork, sightings: [Sighting], head: Int64, final: Int64) async throws

    /// Matches the deposits that nobody has looked at with the orders that they pay, and credits them.
    /// - Returns: how many were dealt with.
    func settleDeposits(of network: PaymentNetwork) async throws -> Int
}

/// The books were written with payments of another chain than the endpoint's.
public struct OtherChain: Error, Hashable, Sendable {
    public let known: ChainIdentity
    public let found: ChainIdentity

    public init(known: ChainIdentity, found: ChainIdentity) {
        self.known = known
        self.found = found
    }
}
