import Foundation
import RelayTestKit

/// Looks again and again until `condition` holds; only one that never does fails.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = Date(timeIntervalSinceNow: 60)
    while try await !condition() {
        guard Date() < end else { throw TestKitFailure("never happened: \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Runs what blocks on a thread of its own.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
