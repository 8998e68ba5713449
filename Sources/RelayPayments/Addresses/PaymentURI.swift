public import RelayDomain

/// What a wallet opens to pay: a link, or a QR code of it. Always shown beside address, amount and network as text: not every wallet reads it.
public enum PaymentURI {
    /// - Parameters:
    ///   - contract, recipient: in the network's canonical form.
    /// - Returns: `ethereum:<contract>@<chain id>/transfer?address=<recipient>&uint256=<units>` (ERC-681);
    ///   on TRON `tron:<address>?amount=<decimal>`, which names no contract, so the page has to name the token.
    public static func text(
        network: PaymentNetwork, chainID: UInt64, contract: String, recipient: String, amount: TokenAmount, decimals: Int
    ) -> String {
        switch network {
        case .tron: "tron:\(recipient)?amount=\(amount.decimal(decimals))"
        case .ethereum, .bsc, .polygon: "ethereum:\(contract)@\(chainID)/transfer?address=\(recipient)&uint256=\(amount.units)"
        }
    }
}
