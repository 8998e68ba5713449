import RelayTestKit

/// Texts as nobody writes them: every script, all kinds of space, marks, numbers and symbols side by side, and very long runs.
struct RandomTexts {
    private static let alphabets: [[Unicode.Scalar]] = [
        scalars(0x20...0x7E), scalars(0x61...0x7A), scalars(0x41...0x5A), scalars(0x30...0x39), scalars(0x00...0x1F), scalars(0x7F...0xFF),
        scalars(0x100...0x24F), scalars(0x250...0x36F), scalars(0x370...0x3FF), scalars(0x400...0x52F), scalars(0x530...0x5FF),
        scalars(0x600...0x77F), scalars(0x900...0xDFF), scalars(0xE00...0x10FF), scalars(0x1100...0x11FF), scalars(0x1200...0x18AF),
        scalars(0x1E00...0x1FFF), scalars(0x2000...0x206F), scalars(0x2070...0x2BFF), scalars(0x2C00...0x2FFF), scalars(0x3000...0x31FF),
        scalars(0x4E00...0x9FFF), scalars(0xA000...0xABFF), scalars(0xAC00...0xD7A3), scalars(0xF900...0xFFFD),
        scalars(0x10000...0x10FFF), scalars(0x11000...0x12FFF), scalars(0x1D400...0x1D7FF), scalars(0x1F000...0x1FAFF),
        scalars(0x20000...0x20FFF), scalars(0xE0000...0xE01EF),
        Array(" \t\n\r\u{0B}\u{0C}\u{85}\u{A0}\u{1680}\u{2003}\u{2028}\u{2029}\u{3000}".unicodeScalars),
        Array("'sStTreREveVEmMllLLdDſ’\u{17F}".unicodeScalars),
        Array("aAàÀǅʰªא\u{301}\u{20DD}１Ⅷ½!/\\ \n".unicodeScalars),
        Array("👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪❤️✨".unicodeScalars),
    ]
    private static let fragments = [
        "I'll", "don't", "WE'RE", "it's", "  ", "\n\n", "\r\n", " \n ", "    return", "std::vector<int>", "https://example.org/a?b=c#d",
        "1234567", "3.14159", "<|endoftext|>", "<|im_start|>", "{\"a\":[1,2]}", "#include <x>", "こんにちは", "Здравствуйте", "안녕하세요",
        "مرحبا", "नमस्ते", "สวัสดี", "e\u{301}", "\u{FEFF}", "\u{FFFD}", "///", "…", "\t\t\t", "AbCdEF", "ABCdef", "XMLHttpRequest",
    ]

    var random: SeededGenerator

    private static func scalars(_ range: ClosedRange<UInt32>) -> [Unicode.Scalar] { range.compactMap(Unicode.Scalar.init) }

    mutating func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: text.append(contentsOf: Self.fragments.randomElement(using: &random)!.unicodeScalars)
            case 1: text.append(contentsOf: repeatElement(scalar(), count: .random(in: 1...40, using: &random)))
            case 2: text.append(scalar())
            default:
                let alphabet = Self.alphabets.randomElement(using: &random)!
                for _ in 0..<Int.random(in: 1...12, using: &random) { text.append(alphabet.randomElement(using: &random)!) }
            }
        }
        return String(text)
    }

    private mutating func scalar() -> Unicode.Scalar { Self.alphabets.randomElement(using: &random)!.randomElement(using: &random)! }

    /// A piece that nothing cuts.
    mutating func run(of count: Int) -> String {
        var text = ""
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        for _ in 0..<count { text.append(letters.randomElement(using: &random)!) }
        return text
    }
}
