import Testing

@testable import nexrelay

@Suite(.timeLimit(.minutes(1))) struct BellTests {
    private static let hour = Duration.seconds(3_600)

    @Test("a ring ends the sleep, and one before it the next, once")
    func ring() async throws {
        let bell = Bell(rest: .zero)
        bell.ring()
        bell.ring()
        try await bell.sleep(Self.hour)
        let sleeper = Task { try await bell.sleep(Self.hour) }
        bell.ring()
        try await sleeper.value
        // Nothing is left of the rings: this one ends by itself.
        try await bell.sleep(.milliseconds(1))
    }

    @Test("who is cancelled does not sleep on")
    func cancelled() async {
        let bell = Bell(rest: .zero)
        let sleeper = Task { try await bell.sleep(Self.hour) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
