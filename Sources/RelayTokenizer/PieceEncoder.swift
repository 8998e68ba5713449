/// Byte pair encoding of one piece, in time proportional to its length.
///
/// The encoding of a piece is the one sequence of tokens of which each two neighbours stay apart. It is looked for from the left, the
/// longest token first. A position from which no way leads on is marked, and never entered again: so nothing is done more often than
/// there are positions, where merging pair by pair would be quadratic. The method is that of Hendrik van Antwerpen and Alexander Neubeck
/// ("So many tokens, so little time", GitHub's blog, 2024).
struct PieceEncoder {
    /// Ordinary text finds its token among the first few.
    private static let firstCandidates = 4

    private let table: TokenTable
    /// The tokens of the last piece.
    private(set) var tokens: [Token] = []
    /// A bit for each position of the piece: no way leads on from there.
    private var dead: [UInt64] = []
    private var neighbours = Neighbours()

    init(table: TokenTable) {
        self.table = table
    }

    mutating func encode(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        let whole = table.longestToken(text, start, end)
        if whole.end == end { tokens = [whole.token] } else { encodeParts(text, start, end, longest: whole.token) }
    }

    /// How many tokens the piece has. Most pieces are one, which takes no list.
    @inline(__always)
    mutating func count(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let whole = table.longestToken(text, start, end)
        if whole.end == end { return 1 }
        encodeParts(text, start, end, longest: whole.token)
        return tokens.count
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
    private mutating func fitting(_ longest: Token, at position: Int) -> Token? {
        var token = longest
        guard let last = tokens.last else {
            while token != TokenTable.none, !isAlive(position + table.length(token)) { token = table.prefix(token) }
            return token == TokenTable.none ? nil : token
        }
        if !neighbours.areKnown {
            for _ in 0..<Self.firstCandidates {
                if token == TokenTable.none { return nil }
                if isAlive(position + table.length(token)), table.stayApart(last, token) { return token }
                token = table.prefix(token)
            }
            if token == TokenTable.none { return nil }
        }
        for index in neighbours.range(of: last, from: token, table) where isAlive(position + table.length(neighbours[index])) {
            return neighbours[index]
        }
        return nil
    }

    @inline(__always)
    private func isAlive(_ position: Int) -> Bool { dead[position / 64] & 1 << UInt64(position % 64) == 0 }
}

/// Which tokens stay apart from one before them, for texts that ask again and again: a run of one character has tokens of nearly every
/// length, and each of them would be tried at every position.
private struct Neighbours {
    /// Whether the last answer was known before: then the next one probably is.
    private(set) var areKnown = false
    private var ranges: [UInt64: Range<Int>] = [:]
    private var tokens: [Token] = []

    subscript(index: Int) -> Token { tokens[index] }

    /// Those that `longest` begins with, itself among them, the longest first.
    mutating func range(of last: Token, from longest: Token, _ table: TokenTable) -> Range<Int> {
        let key = UInt64(last) << 32 | UInt64(longest)
        if let range = ranges[key] {
            areKnown = true
            return range
        }
        areKnown = false
        let start = tokens.count
        var token = longest
        while token != TokenTable.none {
            if table.stayApart(last, token) { tokens.append(token) }
            token = table.prefix(token)
        }
        let range = start..<tokens.count
        ranges[key] = range
        return range
    }
}
