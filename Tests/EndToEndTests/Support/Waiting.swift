import Foundation
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

/// Counts across tasks.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func increment() { value.withLock { $0 += 1 } }
}
