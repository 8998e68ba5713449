/// Counts tokens of o200k_base, the encoding of GPT-4o and everything after it: exactly as OpenAI's tiktoken does.
///
/// Special tokens (`<|endoftext|>` …) are text like any other, as upstreams treat them in what a user sends.
public struct Tokenizer: Sendable {
    private let table: TokenTable
    private let classes = CharacterClasses.all

    public init(table: TokenTable) {
        self.table = table
    }

    /// - Parameters:
    ///   - text: UTF-8. Bytes that are not are counted as well, as no encoder defines.
    ///   - limit: a count that has passed it is given up.
    /// - Returns: the exact count, or something above the limit.
    public func count(_ text: UnsafeRawBufferPointer, upTo limit: Int = .max) -> Int {
        // So many bytes cannot be fewer tokens.
        let least = text.count / table.longestTokenBytes
        if least > limit { return least }
        var encoder = PieceEncoder(table: table, limit: limit)
        var count = 0
        forEachPiece(of: text) {
            count &+= encoder.count($0, $1, $2)
            return count <= limit
        }
        return count
    }

    public func count(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { count(UnsafeRawBufferPointer($0)) }
    }

    /// The ranks of the text's tokens.
    public func encode(_ text: String) -> [UInt32] {
        var text = text
        var encoder = PieceEncoder(table: table)
        var tokens: [UInt32] = []
        text.withUTF8 { bytes in
            forEachPiece(of: UnsafeRawBufferPointer(bytes)) {
                encoder.encode($0, $1, $2)
                tokens += encoder.tokens
                return true
            }
        }
        return tokens
    }

    /// Hands over the text, and where each of its pieces begins and ends, for as long as `body` wants more.
    @inline(__always)
    private func forEachPiece(of text: UnsafeRawBufferPointer, _ body: (UnsafePointer<UInt8>, Int, Int) -> Bool) {
        let bytes = text.bindMemory(to: UInt8.self)
        guard let start = bytes.baseAddress else { return }
        classes.withUnsafeClasses { classes in
            let scanner = PieceScanner(text: start, end: bytes.count, classes: classes)
            var at = 0
            while at < bytes.count {
                let end = scanner.pieceEnd(at)
                guard body(start, at, end) else { return }
                at = end
            }
        }
    }
}
