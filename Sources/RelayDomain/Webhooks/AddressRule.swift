/// Which addresses a webhook may be sent to.
public enum AddressRule: Hashable, Sendable {
    /// Those of the public Internet alone: what strangers name must not reach the relay's own network.
    case publicAlone
    /// Any.
    case any

    public func allows(_ address: NetworkAddress) -> Bool {
        switch self {
        case .publicAlone: address.isPublic
        case .any: true
        }
    }
}
