import Foundation
import Glibc
import Synchronization

/// What a ``CuttingProxy``'s threads share.
final class ProxyCore: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: ProxyConnection] = [:]
        var trigger: CuttingProxy.Trigger?
        var losesAnswers = false
        var isRefusing = false
        var isHolding = false
        var passed = [0, 0]
        var lost = 0
        var triggered = 0
    }

    private let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    var connections: Int { state.withLock { $0.connections.count } }
    var triggered: Int { state.withLock { $0.triggered } }
    var lostBytes: Int { state.withLock { $0.lost } }
    func passedBytes(from side: CuttingProxy.Side) -> Int { state.withLock { $0.passed[side.rawValue] } }

    func arm(_ trigger: CuttingProxy.Trigger) { state.withLock { $0.trigger = trigger } }
    func loseAnswers() { state.withLock { $0.losesAnswers = true } }
    func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }
    func hold(_ isHolding: Bool) { state.withLock { $0.isHolding = isHolding } }

    func cut() {
        let all = state.withLock { state in
            state.losesAnswers = false
            return Array(state.connections.values)
        }
        all.forEach { $0.cut() }
    }

    /// Serves a new client.
    func take(_ client: Int32) {
        guard !state.withLock({ $0.isRefusing }), let server = connect() else {
            close(client)
            return
        }
        var yes: Int32 = 1
        setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let connection = ProxyConnection(client: client, server: server, core: self)
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
        connection.start()
    }

    func remove(_ connection: ProxyConnection) { state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) } }

    private func connect() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard path.utf8.count < place.count else { return false }
            place.copyBytes(from: path.utf8)
            return true
        }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard fits, code == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    // MARK: Bytes on their way

    enum Verdict {
        /// So many bytes go on, and then the connection is cut or not.
        case pass(Int, thenCut: Bool)
        case lose
        /// Ask again later.
        case hold
    }

    /// What becomes of bytes that came from a side.
    /// - Parameter tail: the last bytes that came before them on this connection.
    func judge(_ bytes: ArraySlice<UInt8>, after tail: [UInt8], from side: CuttingProxy.Side) -> Verdict {
        state.withLock { state in
            if state.isHolding { return .hold }
            if state.losesAnswers, side == .server {
                state.lost += bytes.count
                return .lose
            }
            var pass = bytes.count
            var cuts = false
            switch state.trigger {
            case .bytes(let left, from: side):
                pass = min(left, bytes.count)
                cuts = left <= bytes.count
                state.trigger = cuts ? nil : .bytes(left - bytes.count, from: side)
            case .message(let message, from: side):
                // What came whole before the trigger was armed does not count.
                let before = tail.suffix(message.count - 1)
                if let start = Self.start(of: message, in: before + bytes) {
                    // What of it came before has gone; a message without its end is as good as none.
                    pass = max(0, start - before.count)
                    cuts = true
                    state.trigger = nil
                }
            case .bytes, .message, nil: break
            }
            state.passed[side.rawValue] += pass
            if cuts { state.triggered += 1 }
            return .pass(pass, thenCut: cuts)
        }
    }

    private static func start(of message: [UInt8], in joined: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(joined)
        guard bytes.count >= message.count else { return nil }
        return (0...bytes.count - message.count).first { bytes[$0..<$0 + message.count].elementsEqual(message) }
    }
}
