/// Byte pair encoding of one piece, in time proportional to its length.
///
/// The encoding of a piece is the one sequence of tokens of which each two neighbours stay apart. It is looked for from the left, the
/// longest token first. A position from which no way leads on is marked, and never entered again: so nothing is done more often than
/// there are positions, where merging pair by pair would be quadratic. The method is that of Hendrik van Antwerpen and Alexander Neubeck
/// ("So many tokens, so little time", GitHub's blog, 2024).
struct PieceEncoder {
    /// How far beyond the limit a piece is encoded before it is given up: more than the last tokens that may still be taken back.
    private static let slack = 4_096

    private let table: TokenTable
    private let mostTokens: Int
    /// The tokens of the last piece.
    private(set) var tokens: [Token] = []
    /// A bit for each position of the piece: no way leads on from there.
    private var dead: [UInt64] = []

    /// - Parameter limit: a piece with more tokens may be given up, with more than so many found.
    init(table: TokenTable, limit: Int = .max) {
        self.table = table
        mostTokens = limit < .max - Self.slack ? limit + Self.slack : .max
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
                while tokens.count <= mostTokens, repeatLast(text + start, at: position, end - start) { position += table.length(token) }
                if position == end - start || tokens.count > mostTokens { return }
                next = table.longestToken(text, start + position, end).token
            } else {
                dead[position / 64] |= 1 << UInt64(position % 64)
                // Every text has an encoding, so the first position never dies.
                guard let last = tokens.popLast() else { preconditionFailure("a token table that does not encode every text") }
                position -= table.length(last)
                // What may have been taken as a repetition came before longer tokens were tried.
                next = last == tokens.last ? table.longestToken(text, start + position, end).token : last
            }
        }
    }

    /// Takes the last token once more, where the text goes on with it: in a run of one character every length is a token, and this one is
    /// mostly the right one. It is tried before the longest, since in whatever order they are tried there is only one encoding.
    private mutating func repeatLast(_ text: UnsafePointer<UInt8>, at position: Int, _ end: Int) -> Bool {
        guard let last = tokens.last else { return false }
        let length = table.length(last)
        guard position + length <= end, text[position] == text[position - length], isAlive(position + length) else { return false }
        for offset in 0..<length where text[position + offset] != text[position + offset - length] { return false }
        guard table.stayApart(last, last) else { return false }
        tokens.append(last)
        return true
    }

    /// The longest token that begins as `longest` does, leads to a living position, and stays apart from the one before it.
    @inline(__always)
    private func fitting(_ longest: Token, at position: Int) -> Token? {
        var token = longest
        while token != TokenTable.none {
            if isAlive(position + table.length(token)), tokens.last.map({ table.stayApart($0, token) }) ?? true { return token }
            token = table.prefix(token)
        }
        return nil
    }

    @inline(__always)
    private func isAlive(_ position: Int) -> Bool { dead[position / 64] & 1 << UInt64(position % 64) == 0 }
}
