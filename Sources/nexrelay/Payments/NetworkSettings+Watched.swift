import RelayDomain
import RelayPayments

extension NetworkSettings {
    /// What a scanner has to know of it.
    var watched: WatchedNetwork {
        WatchedNetwork(
            network: network, contract: chainAddress(contract), decimals: decimals, chainID: chainID,
            addresses: addresses.map(chainAddress), finality: scanFinality, confirmations: Int64(confirmations), start: scanStart,
            poll: .milliseconds(pollMilliseconds))
    }

    private var scanFinality: RelayPayments.Finality {
        switch finality {
        case .finalized: .finalized
        case .behindHead(let count): .behindHead(count)
        }
    }

    private var scanStart: ScanStart {
        switch start {
        case .latest: .latest
        case .block(let number): .block(number)
        }
    }

    private func chainAddress(_ text: String) -> ChainAddress {
        guard let address = ChainAddress(text, on: network) else { preconditionFailure("settings with an address that was not read") }
        return address
    }
}
