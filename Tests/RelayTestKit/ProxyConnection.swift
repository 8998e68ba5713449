import Foundation
import Glibc
import Synchronization

/// One client's connection through a ``CuttingProxy``, and the server's that belongs to it.
final class ProxyConnection: Sendable {
    private static let windowBytes = 64 << 10
    /// Longer than any message that is looked for.
    private static let tailBytes = 256

    private let client: Int32
    private let server: Int32
    private let core: ProxyCore
    private let state = Mutex((isCut: false, threads: 2))

    init(client: Int32, server: Int32, core: ProxyCore) {
        (self.client, self.server, self.core) = (client, server, core)
    }

    func start() {
        Thread.detachNewThread { [self] in pump(from: client, to: server, .client) }
        Thread.detachNewThread { [self] in pump(from: server, to: client, .server) }
    }

    /// Both ways. The descriptors are closed by the thread that leaves last: until then their numbers must not be used again.
    func cut() {
        state.withLock { state in
            guard state.threads > 0 else { return }
            state.isCut = true
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    private var isCut: Bool { state.withLock { $0.isCut } }

    private func pump(from source: Int32, to target: Int32, _ side: CuttingProxy.Side) {
        var buffer = [UInt8](repeating: 0, count: Self.windowBytes)
        var tail: [UInt8] = []
        reading: while true {
            let count = recv(source, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let bytes = buffer[..<count]
            judging: while true {
                guard !isCut else { break reading }
                switch core.judge(bytes, after: tail, from: side) {
                case .hold: usleep(2_000)
                case .lose: break judging
                case .pass(let length, let cuts):
                    let isSent = send(bytes[..<length], to: target)
                    if cuts { cut() }
                    guard isSent, !cuts else { break reading }
                    break judging
                }
            }
            tail = Array((tail + bytes).suffix(Self.tailBytes))
        }
        // One side has ended: the other is told, and may still speak.
        shutdown(target, Int32(SHUT_WR))
        leave()
    }

    private func leave() {
        let isLast = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return false }
            close(client)
            close(server)
            return true
        }
        if isLast { core.remove(self) }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to target: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(target, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}
