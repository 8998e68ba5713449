import NIOCore
import RelayWebhooks
import Synchronization

/// Names that lead where a test says.
final class FixedResolver: HostResolver {
    private let addresses: @Sendable (Int) -> [SocketAddress]?
    private let asked = Mutex(0)

    /// - Parameter addresses: of a port; nil never answers.
    init(_ addresses: @escaping @Sendable (Int) -> [SocketAddress]?) {
        self.addresses = addresses
    }

    /// Every name leads to these hosts.
    convenience init(_ hosts: [String]) {
        self.init { port in hosts.map { try! SocketAddress(ipAddress: $0, port: port) } }
    }

    var count: Int { asked.withLock { $0 } }

    func addresses(of host: String, port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        asked.withLock { $0 += 1 }
        return addresses(port).map { loop.makeSucceededFuture($0) } ?? loop.makePromise(of: [SocketAddress].self).futureResult
    }
}
