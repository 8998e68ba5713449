/// A chain on which USDT is paid.
///
/// The figures are what is known of each, and a configuration may say otherwise: an operator is told to verify the contracts.
public enum PaymentNetwork: String, Hashable, Comparable, CaseIterable, Sendable {
    case tron
    case ethereum
    case bsc
    case polygon

    public static func < (a: PaymentNetwork, b: PaymentNetwork) -> Bool { a.rawValue < b.rawValue }

    /// What `eth_chainId` answers. TRON's is the end of its first block's hash.
    public var chainID: UInt64 {
        switch self {
        case .tron: 728_126_428
        case .ethereum: 1
        case .bsc: 56
        case .polygon: 137
        }
    }

    /// Tether's contract, as the network's people write addresses.
    public var contract: String {
        switch self {
        case .tron: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
        case .ethereum: "0xdac17f958d2ee523a2206206994597c13d831ec7"
        case .bsc: "0x55d398326f99059ff775485246999027b3197955"
        case .polygon: "0xc2132d05d31c914a87c6611c10748aeb04b58e8f"
        }
    }

    public var decimals: Int { self == .bsc ? 18 : 6 }

    /// How many blocks it takes until one is final, about: for the display of a payment's progress, and where the chain does not tell.
    public var confirmations: Int {
        switch self {
        case .tron: 19
        case .ethereum: 64
        case .bsc: 2
        case .polygon: 16
        }
    }
}
