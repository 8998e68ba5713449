import RelayWebhooks
import Synchronization

/// Answers as a test says, and keeps what was sent.
final class ScriptedSender: DeliverySender {
    private let messages = Mutex<[SignedMessage]>([])
    private let running = Mutex<(now: Int, most: Int)>((0, 0))
    private let answer: @Sendable (SignedMessage) async -> DeliveryOutcome

    init(_ answer: @escaping @Sendable (SignedMessage) async -> DeliveryOutcome) {
        self.answer = answer
    }

    var sent: [SignedMessage] { messages.withLock { $0 } }
    /// As many as there have been at once.
    var most: Int { running.withLock { $0.most } }
    var now: Int { running.withLock { $0.now } }

    func send(_ message: SignedMessage) async -> DeliveryOutcome {
        messages.withLock { $0.append(message) }
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { running.withLock { $0.now -= 1 } }
        return await answer(message)
    }

    /// What a receiver that never answers is like, until the relay stops.
    static func hang() async -> DeliveryOutcome {
        try? await Task.sleep(for: .seconds(3_600))
        return .failed(.stopped)
    }
}
