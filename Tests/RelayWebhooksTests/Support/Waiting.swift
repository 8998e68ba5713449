import RelayTestKit

/// Waits until something is so: for as long as it takes, within reason.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<6_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TestKitFailure("\(what): it never came to be")
}
