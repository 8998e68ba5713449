import Foundation
import Glibc
import RelayTestKit

/// A TCP connection to the loopback, byte by byte and blocking: for what no HTTP client would send. Use it inside ``blocking(_:)``.
final class RawSocket {
    private static let chunkBytes = 64 << 10

    private var descriptor: Int32
    private var buffer: [UInt8] = []

    /// - Parameters:
    ///   - receiveBufferBytes: a small one makes a slow reader felt at the other end soon.
    ///   - timeoutSeconds: how long a read may wait before the test fails.
    init(port: Int, receiveBufferBytes: Int32? = nil, timeoutSeconds: Int = 30) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBufferBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = loopback(port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard code == 0 else { throw TestFailure("cannot connect to port \(port): \(String(cString: strerror(errno)))") }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes so that the other end sees a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Says that nothing more will be sent; reading goes on.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// - Throws: ``TestFailure`` when the other end has closed.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw TestFailure("cannot send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// What has come, at most `limit` bytes. Empty: the other end has closed.
    /// - Throws: ``TestFailure`` when nothing comes in time.
    func receive(upTo limit: Int = chunkBytes) throws -> [UInt8] {
        if !buffer.isEmpty {
            let part = Array(buffer.prefix(limit))
            buffer.removeFirst(part.count)
            return part
        }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        if count < 0, errno == EAGAIN { throw TestFailure("nothing came in time") }
        return Array(bytes.prefix(max(0, count)))
    }

    /// Everything until the other end closes.
    func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let part = try receive()
            if part.isEmpty { return all }
            all += part
        }
    }

    /// One response, however its body is delimited. What follows it stays for the next call.
    /// - Throws: ``TestFailure`` when the connection ends before the response does.
    func response(toHead: Bool = false) throws -> RawResponse {
        var parser = RawResponseParser(isToHead: toHead)
        while true {
            if let (response, rest) = try parser.parse() {
                buffer = rest
                return response
            }
            let part = try receive()
            if part.isEmpty { return try parser.finish() }
            parser.bytes += part
        }
    }
}
