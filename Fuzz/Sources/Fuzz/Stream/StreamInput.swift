/// An input of the stream target: its first byte says how it is scanned, the rest is the stream.
struct StreamInput {
    /// Streams from here on may have events that are longer than what is withheld.
    static let longBytes = 60_000

    let dropsUsageChunk: Bool
    let model: String?
    let collectsText: Bool
    /// Whether it is a response's, whose events have types.
    let isTyped: Bool
    let stream: [UInt8]

    /// - Returns: nil where nothing is left of it.
    init?(_ bytes: [UInt8]) {
        guard let options = bytes.first else { return nil }
        // A digit's own bits, so that a person can write it: `0` none of them, `7` all; and 16 less, a control character, for a response.
        dropsUsageChunk = options & 1 != 0
        model = options & 2 != 0 ? "the \"name\" here" : nil
        collectsText = options & 4 != 0
        isTyped = options & 16 == 0
        stream = options & 8 != 0 ? Self.grown(bytes.dropFirst()) : Array(bytes.dropFirst())
    }

    /// With a long run for each `~`, so that a small input passes the limit of what is withheld.
    private static func grown(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var grown: [UInt8] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "~"), let last = grown.last, grown.count < 80_000 else {
                grown.append(byte)
                continue
            }
            grown += repeatElement(last, count: 30_000)
        }
        return grown
    }
}
