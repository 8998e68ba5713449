/// Random documents, written with random spacing and escapes, and random damage to them.
struct RandomJSON {
    var generator: SeededGenerator

    /// Words that scanners look for, so that they turn up in wrong places too.
    static let words = [
        "model", "models", "usage", "choices", "error", "delta", "message", "content", "finish_reason", "prompt_tokens",
        "completion_tokens",
        "prompt_tokens_details", "cached_tokens", "max_tokens", "stream", "stream_options", "include_usage", "n", "image_url", "a", "",
        "a key that is longer than any key that a scanner keeps in its buffer of a few dozen bytes",
    ]
    private static let letters = [
        "x", " ", "é", "€", "\u{1F600}", "\"", "\\", "/", "\n", "\t", "{", "}", "[", ":", ",", "usage", "data: [DONE]",
    ]

    mutating func object() -> String {
        space() + "{" + members(depth: Int.random(in: 1...5, using: &generator)) + "}" + space()
    }

    private mutating func members(depth: Int) -> String {
        var keys: Set<String> = []
        for _ in 0..<Int.random(in: 0...6, using: &generator) { keys.insert(Self.words.randomElement(using: &generator) ?? "") }
        let members = keys.sorted().map { key in space() + string(key) + space() + ":" + value(depth: depth - 1) }
        return members.isEmpty ? space() : members.shuffled(using: &generator).joined(separator: ",")
    }

    mutating func value(depth: Int) -> String {
        let text =
            switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
            case 0: "null"
            case 1: generator.chance(50) ? "true" : "false"
            case 2, 3: number()
            case 4, 5: string((0..<Int.random(in: 0...12, using: &generator)).map { _ in letter() }.joined())
            case 6: "[" + (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: depth - 1) }.joined(separator: ",") + "]"
            default: "{" + members(depth: depth) + "}"
            }
        return space() + text + space()
    }

    private mutating func letter() -> String { Self.letters.randomElement(using: &generator) ?? "" }

    private mutating func number() -> String {
        ["0", "-0", "7", "12345678901234567890", "1.5", "-3", "2e3", "1E-2", "0.000001", "1e400", "40"].randomElement(using: &generator)
            ?? "0"
    }

    mutating func space() -> String {
        generator.chance(80) ? "" : [" ", "\n", "\t", "\r\n", "  "].randomElement(using: &generator) ?? ""
    }

    /// A string with quotes; now and then a character of it is written as an escape.
    mutating func string(_ text: String) -> String {
        var result = "\""
        for unit in text.unicodeScalars {
            if unit == "\"" || unit == "\\" {
                result += "\\\(unit)"
            } else if unit.value < 0x20 || generator.chance(5) {
                for unit in String(Character(unit)).utf16 {
                    let digits = String(unit, radix: 16, uppercase: generator.chance(50))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(unit)
            }
        }
        return result + "\""
    }

    /// Changes, inserts or removes a few bytes.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.remove(at: at)
            case 1: bytes[at] = UInt8.random(in: .min ... .max, using: &generator)
            case 2: bytes.insert(Array("\"\\{}[],:0-e. u\u{0}".utf8).randomElement(using: &generator) ?? 0, at: at)
            default: bytes.removeSubrange(at...)
            }
        }
        return bytes
    }
}
