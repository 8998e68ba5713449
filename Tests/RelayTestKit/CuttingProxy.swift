import Foundation
import Glibc
import Synchronization

/// A network between a client and a server, on the loopback, that a test can cut.
///
/// It listens on a port and passes everything on, byte for byte, to a socket in the file system. Each connection has two threads.
public final class CuttingProxy: Sendable {
    /// Where bytes come from.
    public enum Side: Int, Sendable {
        case client, server
    }

    /// When a connection is cut by itself. Once: it is the first connection that gets there.
    public enum Trigger: Sendable {
        /// As soon as so many bytes have been passed on from a side, counted from now on, over all connections. Not one more is.
        case bytes(Int, from: Side)
        /// When these come from a side. They are not passed on, nor is anything from that side after them.
        case message([UInt8], from: Side)
    }

    /// What a PostgreSQL server says once a transaction is durable: CommandComplete, with the tag `COMMIT`.
    /// https://www.postgresql.org/docs/current/protocol-message-formats.html
    public static let commitReply: [UInt8] = [UInt8(ascii: "C"), 0, 0, 0, 11] + Array("COMMIT\0".utf8)

    /// Of the loopback.
    public let port: Int
    private let core: ProxyCore
    private let listener: Int32

    /// - Parameter path: the server's socket.
    /// - Throws: a ``TestKitFailure`` where no port can be had.
    public init(to path: String) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard withLoopback(0, { bind(listener, $0, $1) }) == 0, listen(listener, 128) == 0 else {
            close(listener)
            throw TestKitFailure("the proxy cannot listen: \(String(cString: strerror(errno)))")
        }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        let core = ProxyCore(path: path)
        (self.listener, self.core, port) = (listener, core, Int(in_port_t(bigEndian: address.sin_port)))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                core.take(client)
            }
            close(listener)
        }
    }

    /// Cuts what stands, and listens no more.
    deinit {
        core.refuse(true)
        shutdown(listener, Int32(SHUT_RDWR))
        core.cut()
        core.hold(false)
    }

    // MARK: What a test does

    /// Cuts every connection, both ways, now.
    public func cut() { core.cut() }

    /// Arms a trigger, in place of the one before.
    public func cut(at trigger: Trigger) { core.arm(trigger) }

    /// From now on what the server answers is thrown away, on every connection, until the next ``cut()``: it goes on working for clients
    /// that learn nothing of it.
    public func loseAnswers() { core.loseAnswers() }

    /// Whether new connections are closed as soon as they come.
    public func refuse(_ isRefusing: Bool = true) { core.refuse(isRefusing) }

    /// Whether bytes wait, both ways, on connections that stay open: as on a network that is down.
    public func hold(_ isHolding: Bool = true) { core.hold(isHolding) }

    // MARK: What a test sees

    /// How many connections stand.
    public var connections: Int { core.connections }

    /// How many connections were cut by a trigger.
    public var triggered: Int { core.triggered }

    /// How many bytes of the server's were thrown away.
    public var lostBytes: Int { core.lostBytes }

    /// How many bytes of a side were passed on.
    public func passedBytes(from side: Side) -> Int { core.passedBytes(from: side) }
}
