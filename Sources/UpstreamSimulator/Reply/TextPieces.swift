import NIOCore

/// A text divided into the content chunks of a stream.
struct TextPieces: Equatable, Sendable {
    private enum Storage: Equatable {
        case literal([String])
        case filler(bytes: Int, pieceBytes: Int)
    }

    private let storage: Storage
    let count: Int

    /// Divides by `chunkBytes` where it is given, else into exactly `chunks`, else after each space.
    init(_ text: ReplyText, chunks: Int?, chunkBytes: Int?) {
        switch text {
        case .filler(let bytes):
            let pieceBytes = chunkBytes ?? TokenCount.bytesPerToken
            storage = .filler(bytes: bytes, pieceBytes: pieceBytes)
            count = (bytes + pieceBytes - 1) / pieceBytes
        case .literal(let text):
            let pieces: [String] =
                if let chunkBytes { Self.pieces(of: text, bytes: chunkBytes) } else if let chunks {
                    Self.pieces(of: text, count: chunks)
                } else { Self.words(of: text) }
            storage = .literal(pieces)
            count = pieces.count
        }
    }

    /// The piece as the inside of a JSON string. An endless stream asks for pieces beyond the last: they start again.
    func json(_ index: Int) -> ByteBuffer {
        switch storage {
        case .literal(let pieces):
            var json = ByteBuffer()
            json.writeJSONText(pieces[index % pieces.count])
            return json
        case .filler(let bytes, let pieceBytes):
            let start = (index % count) * pieceBytes
            return ReplyText.fillerBytes(from: start, count: min(pieceBytes, bytes - start))
        }
    }

    /// Whether the piece has the same bytes as the first one, so that what was rendered once can be sent again.
    func equalsFirst(_ index: Int) -> Bool {
        guard case .filler(let bytes, let pieceBytes) = storage else { return false }
        let position = index % count
        return position == 0 || pieceBytes.isMultiple(of: TokenCount.bytesPerToken) && (position + 1) * pieceBytes <= bytes
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = text.utf8[...]
        while let space = rest.firstIndex(of: UInt8(ascii: " ")) {
            words.append(String(decoding: rest[...space], as: UTF8.self))
            rest = rest[rest.index(after: space)...]
        }
        if !rest.isEmpty { words.append(String(decoding: rest, as: UTF8.self)) }
        return words
    }

    private static func pieces(of text: String, count: Int) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return (0..<count).map { index in
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[scalars.count * index / count..<scalars.count * (index + 1) / count])
            return String(piece)
        }
    }

    /// Pieces of at most `bytes`, but never less than one whole character.
    private static func pieces(of text: String, bytes: Int) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var pieceBytes = 0
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            if pieceBytes + width > bytes, pieceBytes > 0 {
                pieces.append(String(piece))
                piece = String.UnicodeScalarView()
                pieceBytes = 0
            }
            piece.append(scalar)
            pieceBytes += width
        }
        if pieceBytes > 0 { pieces.append(String(piece)) }
        return pieces
    }
}
