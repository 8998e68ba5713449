import Foundation
import Glibc
import Synchronization
import Testing

/// Looks again and again until `condition` gives something. How long it took is never asserted; only a state that does not come at all fails.
@discardableResult
func eventually<Value>(
    _ what: String, withinSeconds: Double = 60, _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = Date(timeIntervalSinceNow: withinSeconds)
    while true {
        if let value = try await condition() { return value }
        guard Date() < deadline else { throw TestFailure("never happened: \(what)") }
        try await Task.sleep(for: .milliseconds(25))
    }
}

/// Runs what blocks on a thread of its own, so that it does not take one of the few that tasks share.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// Runs `jobs`, at most `width` at once, and gives their results in order.
func concurrently<Job: Sendable, Value: Sendable>(
    _ jobs: [Job], width: Int, _ body: @escaping @Sendable (Job) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var results = [Value?](repeating: nil, count: jobs.count)
        var next = 0
        func add() {
            guard next < jobs.count else { return }
            let index = next
            next += 1
            group.addTask { (index, try await body(jobs[index])) }
        }
        for _ in 0..<width { add() }
        while let (index, value) = try await group.next() {
            results[index] = value
            add()
        }
        return results.compactMap(\.self)
    }
}

/// A port of the loopback that is free now, below those that the system gives to outgoing connections.
func freePort() throws -> Int {
    for _ in 0..<200 {
        let port = Int.random(in: 20_000..<32_000)
        if isFree(port), isFree(port + 1) { return port }
    }
    throw TestFailure("no free port")
}

private func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port)
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    } == 0
}

func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
}

/// Counts across tasks.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func increment() { value.withLock { $0 += 1 } }
}
