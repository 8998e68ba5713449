/// What o200k_base's pattern distinguishes about a character, as a set of one bit. A character has exactly one class.
struct CharacterClass: OptionSet {
    let rawValue: UInt8

    /// `\p{Lu}`, `\p{Lt}`
    static let upper = CharacterClass(rawValue: 1)
    /// `\p{Ll}`
    static let lower = CharacterClass(rawValue: 2)
    /// `\p{Lm}`, `\p{Lo}`: letters that have no case.
    static let uncased = CharacterClass(rawValue: 4)
    /// `\p{M}`
    static let mark = CharacterClass(rawValue: 8)
    /// `\p{N}`
    static let number = CharacterClass(rawValue: 16)
    /// `\s` without the two of ``lineBreak``.
    static let space = CharacterClass(rawValue: 32)
    /// `[\r\n]`
    static let lineBreak = CharacterClass(rawValue: 64)
    static let other = CharacterClass(rawValue: 128)

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    static let head: CharacterClass = [.upper, .uncased, .mark]
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    static let tail: CharacterClass = [.lower, .uncased, .mark]
    static let letter: CharacterClass = [.upper, .lower, .uncased]
    static let wordPart: CharacterClass = [.letter, .mark]
    /// `[^\s\p{L}\p{N}]`
    static let symbol: CharacterClass = [.other, .mark]
    /// `\s`
    static let white: CharacterClass = [.space, .lineBreak]
}

/// The class of every character, a byte each.
struct CharacterClasses: Sendable {
    static let all = CharacterClasses()

    private let classes: [UInt8]

    private init() {
        classes = [UInt8](unsafeUninitializedCapacity: 0x110000) { classes, count in
            let runs = UnsafeBufferPointer(start: characterClassRuns.utf8Start, count: characterClassRuns.utf8CodeUnitCount)
            var start = 0
            var at = 0
            while at < runs.count {
                let letter = runs[at]
                at += 1
                var length = 0
                while at < runs.count, let digit = Self.hexadecimalValue(runs[at]) {
                    length = length << 4 | digit
                    at += 1
                }
                classes[start..<start + max(length, 1)].update(repeating: Self.characterClass(letter).rawValue)
                start += max(length, 1)
            }
            precondition(start == classes.count, "the runs of character classes do not cover all characters")
            count = start
        }
    }

    func withUnsafeClasses<T>(_ body: (UnsafePointer<UInt8>) -> T) -> T {
        classes.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    private static func hexadecimalValue(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private static func characterClass(_ letter: UInt8) -> CharacterClass {
        switch letter {
        case UInt8(ascii: "u"): .upper
        case UInt8(ascii: "l"): .lower
        case UInt8(ascii: "b"): .uncased
        case UInt8(ascii: "m"): .mark
        case UInt8(ascii: "n"): .number
        case UInt8(ascii: "s"): .space
        case UInt8(ascii: "r"): .lineBreak
        default: .other
        }
    }
}
