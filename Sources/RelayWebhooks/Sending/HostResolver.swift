import Glibc
public import NIOCore
public import NIOPosix

/// Finds the addresses of hosts.
public protocol HostResolver: Sendable {
    /// - Returns: in the order in which they are to be tried; fails where there is none.
    func addresses(of host: String, port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]>
}

/// The system's resolver. It blocks, so it has threads of its own.
public struct SystemResolver: HostResolver {
    private let threads: NIOThreadPool

    /// - Parameter threads: running; more than there are deliveries at once.
    public init(threads: NIOThreadPool) {
        self.threads = threads
    }

    public func addresses(of host: String, port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        threads.runIfActive(eventLoop: loop) { try Self.lookUp(host, port: port) }
    }

    private static func lookUp(_ host: String, port: Int) throws(DeliveryFault) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &first) == 0, let first else { throw .name }
        defer { freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        for entry in sequence(first: first, next: { $0.pointee.ai_next }) {
            guard let address = entry.pointee.ai_addr else { continue }
            switch entry.pointee.ai_family {
            case AF_INET:
                addresses.append(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee, host: host) })
            case AF_INET6:
                addresses.append(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee, host: host) })
            default: break
            }
        }
        guard !addresses.isEmpty else { throw .name }
        return addresses
    }
}
