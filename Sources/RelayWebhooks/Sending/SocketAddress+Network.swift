import NIOCore
import RelayDomain

extension SocketAddress {
    /// nil for what is no address of the Internet Protocol.
    var networkAddress: NetworkAddress? { ipAddress.flatMap { NetworkAddress($0) } }
}
