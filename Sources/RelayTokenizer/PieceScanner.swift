/// Cuts a text into the pieces that are encoded apart from each other: o200k_base's regular expression, written out by hand.
///
/// The pattern is published in OpenAI's tiktoken (`tiktoken_ext/openai_public.py`); its alternatives, tried in this order, are
/// 1. an optional character that is no letter, number or line break, then capitals, then at least one small letter, then `'s`, `'re` …
/// 2. the same with at least one capital, and small letters as they come
/// 3. one to three numbers
/// 4. an optional space, then symbols, then line breaks and slashes
/// 5. white space that ends with a line break
/// 6. white space, but for its last character where more text follows
/// 7. white space
///
/// Letters without case, and marks, count as capitals and as small letters; marks also count as symbols. Each character is looked at a
/// bounded number of times, whatever the text.
struct PieceScanner {
    let text: UnsafePointer<UInt8>
    let end: Int
    let classes: UnsafePointer<UInt8>

    /// The class of the character at `at`, and where the next one begins. A byte that begins no whole character is one for itself.
    @inline(__always)
    private func character(_ at: Int) -> (class: CharacterClass, next: Int) {
        let byte = text[at]
        if byte < 0x80 { return (CharacterClass(rawValue: classes[Int(byte)]), at &+ 1) }
        return longCharacter(at, byte)
    }

    private func longCharacter(_ at: Int, _ lead: UInt8) -> (class: CharacterClass, next: Int) {
        let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 1
        guard length > 1, at &+ length <= end else { return (.other, at &+ 1) }
        var scalar = Int(lead) & (0x7F >> length)
        for index in 1..<length { scalar = scalar << 6 | Int(text[at &+ index] & 0x3F) }
        return (scalar < 0x110000 ? CharacterClass(rawValue: classes[scalar]) : .other, at &+ length)
    }

    /// Where the piece that begins at `start` ends.
    /// - Precondition: `start` is before the end.
    func pieceEnd(_ start: Int) -> Int {
        let (first, next) = character(start)
        if !first.isDisjoint(with: .letter) { return contraction(word(start) ?? run(of: .upper, from: next)) }
        if first == .number { return numbers(next) }
        if first != .lineBreak, next < end, !character(next).class.isDisjoint(with: .wordPart) {
            if let end = word(next) { return contraction(end) }
            // Only capitals follow. A mark before them is a word of its own, since alternative 1 is tried without its prefix first.
            return contraction(first == .mark ? next : run(of: .upper, from: next))
        }
        switch first {
        case .mark: return contraction(next)
        case .other: return symbols(next)
        default:
            if text[start] == UInt8(ascii: " "), next < end, character(next).class == .other { return symbols(next) }
            return whiteSpace(start)
        }
    }

    /// Capitals as far as they go, then at least one small letter: alternative 1 without its prefix.
    /// - Returns: nil where it does not match.
    @inline(__always)
    private func word(_ start: Int) -> Int? {
        var at = start
        var lastEither: Int?
        while at < end {
            let (kind, next) = character(at)
            if kind.isDisjoint(with: .head) {
                if kind == .lower { return run(of: .tail, from: next) }
                break
            }
            at = next
            if kind != .upper { lastEither = at }
        }
        // No small letter follows the capitals: the last character that may pass for one is it.
        return lastEither
    }

    @inline(__always)
    private func run(of kinds: CharacterClass, from start: Int) -> Int {
        var at = start
        while at < end {
            let (kind, next) = character(at)
            if kind.isDisjoint(with: kinds) { break }
            at = next
        }
        return at
    }

    private func numbers(_ second: Int) -> Int {
        var at = second
        for _ in 0..<2 where at < end {
            let (kind, next) = character(at)
            guard kind == .number else { break }
            at = next
        }
        return at
    }

    private func symbols(_ second: Int) -> Int {
        var at = run(of: .symbol, from: second)
        while at < end, text[at] == 0x0A || text[at] == 0x0D || text[at] == UInt8(ascii: "/") { at &+= 1 }
        return at
    }

    private func whiteSpace(_ start: Int) -> Int {
        var at = start
        var last = start
        var lastBreakEnd: Int?
        while at < end {
            let (kind, next) = character(at)
            if kind.isDisjoint(with: .white) { break }
            last = at
            at = next
            if kind == .lineBreak { lastBreakEnd = at }
        }
        if let lastBreakEnd { return lastBreakEnd }
        return at == end || last == start ? at : last
    }

    /// An English contraction after a word, in any case. `ſ` is a small s, as Unicode folds case.
    @inline(__always)
    private func contraction(_ at: Int) -> Int {
        guard at &+ 1 < end, text[at] == UInt8(ascii: "'") else { return at }
        return contractionEnd(at)
    }

    private func contractionEnd(_ at: Int) -> Int {
        let second: UInt8 = at + 2 < end ? text[at + 2] : 0
        switch (text[at + 1] | 0x20, second | 0x20) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _): return at + 2
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")), (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return at + 3
        default: return text[at + 1] == 0xC5 && second == 0xBF ? at + 3 : at
        }
    }
}
