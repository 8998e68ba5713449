import RelayTestKit

/// Requests of every kind, drawn from a seed.
struct MixedLoad: Sendable {
    /// Faults that end soon: of a plain answer, of a stream, or of both.
    private static let faults = [
        "status=500", "status=429; retry-after=1", "status=401", "status=400", "status=422", "cut=before", "cut=head", "cut=body", "cut=2",
        "garbage", "empty", "empty-stream", "bad-head", "lie-length", "gzip-lie", "error-after=0", "error-after=2", "no-done",
        "usage=missing",
        "usage=null", "usage=garbage", "usage=huge", "usage=overrun", "usage=twice", "usage=every", "usage=floats", "usage=strings",
    ]
    /// Faults that end with a timeout of the relay's.
    private static let silences = ["hang=head", "hang=1", "hang=body"]
    private static let oddities = ["", "", "", "crlf", "nospace", "comments", "multiline", "tools", "chunks=20", "delay=20"]

    private var generator: SeededGenerator

    init(_ generator: SeededGenerator) { self.generator = generator }

    /// A request, and whether its upstream fails: one in five does.
    mutating func next() -> (chat: Chat, isFaulty: Bool) {
        var chat = Chat(isStream: .random(using: &generator), includesUsage: false, maxTokens: .random(in: 1...400, using: &generator))
        chat.includesUsage = chat.isStream && .random(using: &generator)
        chat.text = String(repeating: "word ", count: .random(in: 1...200, using: &generator))
        chat.model = ["gpt-5.2", "odd-prices", "alias", "second-after-500"].randomElement(using: &generator)!
        let isFaulty = Int.random(in: 0..<5, using: &generator) == 0
        if isFaulty {
            if Int.random(in: 0..<10, using: &generator) == 0 {
                chat.model = "impatient"
                chat.directives = Self.silences.randomElement(using: &generator)!
            } else {
                chat.directives = Self.faults.randomElement(using: &generator)!
            }
        } else {
            chat.directives = Self.oddities.randomElement(using: &generator)!
            if .random(using: &generator) { chat.directives += "; cached=\(Int.random(in: 0...60, using: &generator))" }
        }
        return (chat, isFaulty)
    }
}
