/// o200k_base's regular expression as a machine that tries everything, with the character classes of the standard library.
///
/// The pattern is published in OpenAI's tiktoken (`tiktoken_ext/openai_public.py`).
struct ReferencePieces {
    /// Where a match may go on from: positions in their order of preference.
    private typealias Ends = [Int]
    private typealias Kind = (Unicode.Scalar) -> Bool

    private let text: [Unicode.Scalar]

    /// - Returns: the pieces of the text; nil where it has characters newer than the tables' Unicode 16.
    static func cut(_ text: String) -> [String]? {
        let scalars = Array(text.unicodeScalars)
        let isKnown = scalars.allSatisfy { $0.properties.age.map { $0.major <= 16 } ?? true }
        guard isKnown else { return nil }
        let machine = ReferencePieces(text: scalars)
        var pieces: [String] = []
        var at = 0
        while at < scalars.count {
            let end = machine.end(at)
            pieces.append(String(String.UnicodeScalarView(scalars[at..<end])))
            at = end
        }
        return pieces
    }

    /// The end of the first match of the first alternative that matches.
    private func end(_ start: Int) -> Int {
        let alternatives: [() -> Ends] = [
            { self.contraction(self.many(Self.isTail, from: 1, self.many(Self.isHead, from: 0, self.one(Self.isPrefix, [start])))) },
            { self.contraction(self.many(Self.isTail, from: 0, self.many(Self.isHead, from: 1, self.one(Self.isPrefix, [start])))) },
            { self.many(Self.isNumber, from: 1, upTo: 3, [start]) },
            {
                let symbols = self.many(Self.isSymbol, from: 1, self.one({ $0 == " " }, [start]))
                return self.many({ $0 == "\n" || $0 == "\r" || $0 == "/" }, from: 0, symbols)
            },
            { self.many({ $0 == "\n" || $0 == "\r" }, from: 1, self.many(Self.isSpace, from: 0, [start])) },
            { self.many(Self.isSpace, from: 1, [start]).filter { $0 == self.text.count || Self.isSpace(self.text[$0]) } },
            { self.many(Self.isSpace, from: 1, [start]) },
        ]
        for alternative in alternatives {
            if let end = alternative().first { return end }
        }
        fatalError("the pattern matches every text")
    }

    /// `x?`, greedy.
    private func one(_ kind: Kind, _ starts: Ends) -> Ends { many(kind, from: 0, upTo: 1, starts) }

    /// `x{least,most}`, greedy: the longest first, then shorter ones.
    private func many(_ kind: Kind, from least: Int, upTo most: Int = .max, _ starts: Ends) -> Ends {
        var ends: Ends = []
        var seen: Set<Int> = []
        for start in starts {
            var end = start
            while end < text.count, end - start < most, kind(text[end]) { end += 1 }
            // An end that was reached before leads nowhere new.
            for end in stride(from: end, through: start + least, by: -1) where seen.insert(end).inserted { ends.append(end) }
        }
        return ends
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
    private func contraction(_ starts: Ends) -> Ends {
        starts.flatMap { start -> Ends in
            let forms = ["s", "t", "re", "ve", "m", "ll", "d"].filter { form in
                let rest = text[start...]
                guard rest.first == "'", rest.count > form.unicodeScalars.count else { return false }
                return zip(form.unicodeScalars, rest.dropFirst()).allSatisfy { $0 == Self.folded($1) }
            }
            return forms.map { start + 1 + $0.unicodeScalars.count } + [start]
        }
    }

    /// Simple case folding, as far as it leads to ASCII.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\u{17F}" { return "s" }
        return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }

    // MARK: Classes

    private static func isHead(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: isMark(scalar)
        }
    }

    private static func isTail(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .modifierLetter, .otherLetter: true
        default: isMark(scalar)
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { !isMark(scalar) && (isHead(scalar) || isTail(scalar)) }

    private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isPrefix(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\r" && scalar != "\n" && !isLetter(scalar) && !isNumber(scalar)
    }

    private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool { !isSpace(scalar) && !isLetter(scalar) && !isNumber(scalar) }
}
