import Dispatch
import Glibc

/// A blocking stream socket, for requests that no well-behaved client sends.
struct RawSocket: Sendable {
    /// After which a server that says nothing fails the test.
    private static let patienceSeconds = 20

    struct Failure: Error {
        let errno: CInt
    }

    private let descriptor: CInt

    /// - Parameter family: `AF_UNIX` or `AF_INET`.
    init(_ family: CInt) throws {
        descriptor = socket(family, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    func bind(path: String) throws { try use(Self.address(path: path)) { Glibc.bind(descriptor, $0, $1) } }
    func connect(path: String) throws { try use(Self.address(path: path)) { Glibc.connect(descriptor, $0, $1) } }

    /// Connects to a port of 127.0.0.1.
    func connect(port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        try use(address) { Glibc.connect(descriptor, $0, $1) }
    }

    func close() { Glibc.close(descriptor) }

    /// Sends all of a request and reads to the end of the answer, on a thread that may block.
    func exchange(_ request: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try block(on: request) }) }
        }
    }

    private func block(on request: String) throws -> String {
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure(errno: errno) }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(errno: errno) }
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }

    private static func address(path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private func use<Address>(_ address: Address, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) throws {
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<Address>.size)) }
        }
        guard result == 0 else { throw Failure(errno: errno) }
    }
}
