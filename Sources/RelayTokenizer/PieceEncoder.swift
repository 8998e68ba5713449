/// Byte pair encoding of one piece, in time proportional to its length.
///
/// The encoding of a piece is the one sequence of tokens of which each two neighbours stay apart. It is looked for from the left, the
/// longest token first. A position from which no way leads on is marked, and never entered again: so nothing is done more often than
/// there are positions, where merging pair by pair would be quadratic. The method is that of Hendrik van Antwerpen and Alexander Neubeck
/// ("So many tokens, so little time", GitHub's blog, 2024).
struct PieceEncoder {
    private let table: TokenTable
    /// The tokens of the last piece.
    private(set) var tokens: [Token] = []
    /// A bit for each position of the piece: no way leads on from there.
    private var dead: [UInt64] = []

    init(table: TokenTable) {
        self.table = table
    }

    mutating func encode(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        tokens.removeAll(keepingCapacity: true)
        let whole = table.longestToken(text, start, end)
        tokens.append(whole.token)
        if whole.end != end { encodeParts(text, start, end, longest: whole.token) }
    }

    private mutating func encodeParts(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, longest: Token) {
        tokens.removeAll(keepingCapacity: true)
        let words = (end - start) / 64 + 1
        if dead.count < words { dead = [UInt64](repeating: 0, count: words) } else { for word in 0..<words { dead[word] = 0 } }
        var position = 0
        var next = longest
        while true {
            if let token = fitting(next, at: position) {
                tokens.append(token)
                position += table.length(token)
                if position == end - start { return }
                next = table.longestToken(text, start + position, end).token
            } else {
                dead[position / 64] |= 1 << UInt64(position % 64)
                // Every text has an encoding, so the first position never dies.
                guard let last = tokens.popLast() else { preconditionFailure("a token table that does not encode every text") }
                position -= table.length(last)
                next = last
            }
        }
    }

    /// The longest token that begins as `longest` does, leads to a living position, and stays apart from the one before it.
    @inline(__always)
    private func fitting(_ longest: Token, at position: Int) -> Token? {
        var token = longest
        while token != TokenTable.none {
            let end = position + table.length(token)
            let isAlive = dead[end / 64] & 1 << UInt64(end % 64) == 0
            if isAlive, tokens.last.map({ table.stayApart($0, token) }) ?? true { return token }
            token = table.prefix(token)
        }
        return nil
    }
}
