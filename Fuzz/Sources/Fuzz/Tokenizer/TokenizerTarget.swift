internal import RelayTokenizer

/// The count of tokens: within its bounds for any bytes, and for text what the slow way finds.
enum TokenizerTarget {
    /// The most bytes for which the slow way is gone.
    private static let slowBytes = 200
    private static let longBytes = 200_000

    static func run(_ bytes: [UInt8]) {
        let tokenizer = Vocabulary.tokenizer
        let count = bytes.withUnsafeBytes { tokenizer.count($0) }
        require(count <= bytes.count && (count > 0 || bytes.isEmpty), "\(count) tokens have \(bytes.count) bytes: \(shown(bytes))")
        for limit in [0, 1, count / 2, count - 1, count, count + 1] where limit >= 0 {
            let limited = bytes.withUnsafeBytes { tokenizer.count($0, upTo: limit) }
            require(count <= limit ? limited == count : limited > limit, "\(limited) up to \(limit) of \(count): \(shown(bytes))")
        }
        if isChosen(bytes) { countLong(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let tokens = tokenizer.encode(text)
        require(tokens.count == count && tokenizer.count(text) == count, "the tokens \(tokens) are \(count): \(shown(bytes))")
        guard bytes.count <= slowBytes, let pieces = ReferencePieces.cut(text) else { return }
        let expected = pieces.flatMap(ReferenceMerges.encode)
        require(tokens == expected, "the tokens \(tokens) are \(expected), of \(pieces): \(shown(bytes))")
    }

    /// One input of 32, by its bytes.
    private static func isChosen(_ bytes: [UInt8]) -> Bool { !bytes.isEmpty && bytes.reduce(0) { $0 &* 31 &+ $1 } % 32 == 0 }

    /// The input over and over: what takes time beyond measure with the length is found by libFuzzer's own limit of time.
    private static func countLong(_ bytes: [UInt8]) {
        let long = Array(repeatElement(bytes, count: longBytes / bytes.count + 1).joined())
        let count = long.withUnsafeBytes { Vocabulary.tokenizer.count($0) }
        require((1...long.count).contains(count), "\(count) tokens have \(long.count) bytes of \(shown(bytes))")
    }
}
