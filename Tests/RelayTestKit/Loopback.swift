import Foundation
public import Glibc

/// A port of the loopback that is free now, below those that the system gives to outgoing connections; the next one is free too.
/// - Throws: a ``TestKitFailure`` where there is none.
public func freePort() throws -> Int {
    for _ in 0..<200 {
        let port = Int.random(in: ports)
        if isFree(port), isFree(port + 1) { return port }
    }
    throw TestKitFailure("no free port")
}

/// The end-to-end tests run on both databases at once. They draw from ranges of their own, so that neither takes what the other has found free
/// and not yet used.
private let ports = ProcessInfo.processInfo.environment["NEXRELAY_TEST_DATABASE"] == "postgres" ? 26_000..<32_000 : 20_000..<26_000

private func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    return withLoopback(port) { bind(descriptor, $0, $1) } == 0
}

/// The address of a port of the loopback.
public func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
}

/// The same, as the functions of sockets take it.
public func withLoopback<Value>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    var address = loopback(port)
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}
