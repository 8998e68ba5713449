import Hummingbird
import RelayDomain

/// What the calculator is asked: tokens on each meter, and at whose prices.
struct CalculatorInput {
    /// A meter's name in the query.
    enum Meter: String, CaseIterable {
        case input, output
        case cachedRead = "cached_read"
    }

    /// What stands in a field, and what number that is.
    struct Entry {
        let text: String
        /// nil where it is none, or one that no request can have.
        let count: Int64?
    }

    /// The deduction example of the price list.
    static let example = Tokens(input: 100_000, output: 20_000, cachedRead: 50_000)

    let entries: [Meter: Entry]
    /// The name of a model with prices of its own; empty for those of all others.
    let model: String

    /// A query without any of the meters asks for the example; of a query with some of them, the others are zero.
    init(_ request: Request) {
        var texts: [String: String] = [:]
        for (name, value) in request.uri.queryParameters where texts[String(name)] == nil { texts[String(name)] = String(value) }
        let isExample = Meter.allCases.allSatisfy { texts[$0.rawValue] == nil }
        entries = Dictionary(
            uniqueKeysWithValues: Meter.allCases.map { meter in
                let standing = isExample ? Self.example[meter] : 0
                guard let text = texts[meter.rawValue] else { return (meter, Entry(text: PageFigures.grouped(standing), count: standing)) }
                return (meter, Entry(text: String(text.prefix(ConsoleLimits.quotedCharacters)), count: Self.count(text)))
            })
        model = texts["model"] ?? ""
    }

    /// nil where an entry is no number of tokens.
    var tokens: Tokens? {
        guard let input = entries[.input]?.count, let output = entries[.output]?.count, let cachedRead = entries[.cachedRead]?.count else {
            return nil
        }
        return Tokens(input: input, output: output, cachedRead: cachedRead)
    }

    /// Digits, with blanks, commas or underscores between them as people group them. ``CalculatorScript`` reads the same.
    static func count(_ text: String) -> Int64? {
        let separators: Set<Unicode.Scalar> = [" ", ",", "_", "\u{A0}", "\u{202F}"]
        var digits = ""
        for scalar in text.unicodeScalars where !separators.contains(scalar) {
            guard ("0"..."9").contains(scalar) else { return nil }
            digits.unicodeScalars.append(scalar)
        }
        guard let count = Int64(digits), count <= TokenLimit.maximum else { return nil }
        return count
    }
}

extension Tokens {
    fileprivate subscript(_ meter: CalculatorInput.Meter) -> Int64 {
        switch meter {
        case .input: input
        case .output: output
        case .cachedRead: cachedRead
        }
    }
}
