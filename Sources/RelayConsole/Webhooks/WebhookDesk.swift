public import RelayDomain

/// What the control plane has to know of webhooks: where messages may go, and how secrets are kept. It never sends, and never opens a secret.
public struct WebhookDesk: Sendable {
    /// Whether messages may go unencrypted.
    public let allowsHTTP: Bool
    /// Which addresses messages may go to. Of a name nobody knows its addresses before a connection is made; of an address one does.
    public let addresses: AddressRule
    /// A webhook's secret as it is stored.
    public let seal: @Sendable (WebhookSecret, WebhookID) -> [UInt8]
    /// Has the sender look soon: something is due. Without effect where another node is faster.
    public let wake: @Sendable () -> Void

    public init(
        allowsHTTP: Bool, addresses: AddressRule, seal: @escaping @Sendable (WebhookSecret, WebhookID) -> [UInt8],
        wake: @escaping @Sendable () -> Void
    ) {
        self.allowsHTTP = allowsHTTP
        self.addresses = addresses
        self.seal = seal
        self.wake = wake
    }

    /// What is wrong with a URL, as a predicate; nil where messages may go there.
    func fault(of text: String) -> String? {
        do {
            let url = try WebhookURL(text, allowsHTTP: allowsHTTP)
            return url.address.map(addresses.allows) ?? true ? nil : "names an address that is not public"
        } catch {
            return error.rawValue
        }
    }
}
