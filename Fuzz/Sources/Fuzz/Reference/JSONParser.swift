/// What passes for JSON.
struct JSONDialect {
    /// Whether the text must be valid UTF-8.
    let isUTF8: Bool
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers.
    let hasNaN: Bool

    /// RFC 8259.
    static let strict = JSONDialect(isUTF8: true, hasNaN: false)
    /// What upstreams may send.
    static let upstream = JSONDialect(isUTF8: false, hasNaN: true)
}

/// The reference: recursive descent, one rule of RFC 8259 a function, as slow as it is plain. It shares nothing with what it judges.
struct JSONParser {
    private struct Failure: Error {}

    /// The contract's: the document's own value included.
    private static let depthLimit = 128

    private let bytes: [UInt8]
    private let dialect: JSONDialect
    private var at = 0

    /// - Returns: nil for what the dialect does not allow, or what nests too deeply.
    static func parse(_ bytes: [UInt8], _ dialect: JSONDialect = .strict) -> JSONTree? {
        if dialect.isUTF8, String(validating: bytes, as: UTF8.self) == nil { return nil }
        var parser = JSONParser(bytes: bytes, dialect: dialect)
        return try? parser.document()
    }

    private init(bytes: [UInt8], dialect: JSONDialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    private var next: Character? { at < bytes.count ? Character(Unicode.Scalar(bytes[at])) : nil }

    private mutating func take(_ character: Character) throws(Failure) {
        guard next == character else { throw Failure() }
        at += 1
    }

    private mutating func space() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func document() throws(Failure) -> JSONTree {
        space()
        let value = try value(depth: 1)
        space()
        guard at == bytes.count else { throw Failure() }
        return value
    }

    /// - Parameter depth: of the value, where it is an array or an object.
    private mutating func value(depth: Int) throws(Failure) -> JSONTree {
        let start = at
        let content: JSONTree.Content =
            switch next {
            case "{": .object(try object(depth))
            case "[": .array(try array(depth))
            case "\"": .string(try string())
            case "t": try word("true", .bool(true))
            case "f": try word("false", .bool(false))
            case "n": try word("null", .null)
            case "N" where dialect.hasNaN: try word("NaN", .number("NaN"))
            case "I" where dialect.hasNaN: try word("Infinity", .number("Infinity"))
            default: .number(try number())
            }
        return JSONTree(content: content, range: start..<at)
    }

    private mutating func word(_ text: String, _ content: JSONTree.Content) throws(Failure) -> JSONTree.Content {
        for character in text { try take(character) }
        return content
    }

    private mutating func object(_ depth: Int) throws(Failure) -> [JSONTree.Member] {
        guard depth <= Self.depthLimit else { throw Failure() }
        try take("{")
        space()
        var members: [JSONTree.Member] = []
        while next != "}" {
            if !members.isEmpty {
                try take(",")
                space()
            }
            let start = at
            let key = try string()
            let end = at
            space()
            try take(":")
            space()
            members.append(JSONTree.Member(key: key, keyRange: start..<end, value: try value(depth: depth + 1)))
            space()
        }
        at += 1
        return members
    }

    private mutating func array(_ depth: Int) throws(Failure) -> [JSONTree] {
        guard depth <= Self.depthLimit else { throw Failure() }
        try take("[")
        space()
        var elements: [JSONTree] = []
        while next != "]" {
            if !elements.isEmpty {
                try take(",")
                space()
            }
            elements.append(try value(depth: depth + 1))
            space()
        }
        at += 1
        return elements
    }

    private mutating func string() throws(Failure) -> [UInt16] {
        try take("\"")
        var units: [UInt16] = []
        var run = at
        while true {
            guard at < bytes.count, bytes[at] >= 0x20 else { throw Failure() }
            guard next == "\"" || next == "\\" else {
                at += 1
                continue
            }
            units += String(decoding: bytes[run..<at], as: UTF8.self).utf16
            at += 1
            if bytes[at - 1] == UInt8(ascii: "\"") { return units }
            units.append(try escape())
            run = at
        }
    }

    private mutating func escape() throws(Failure) -> UInt16 {
        let letter = next
        at += 1
        switch letter {
        case "\"": return 0x22
        case "\\": return 0x5C
        case "/": return 0x2F
        case "b": return 0x08
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "u":
            guard at + 4 <= bytes.count else { throw Failure() }
            let digits = bytes[at..<at + 4].map { Character(Unicode.Scalar($0)) }
            guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }), let unit = UInt16(String(digits), radix: 16) else { throw Failure() }
            at += 4
            return unit
        default: throw Failure()
        }
    }

    private mutating func number() throws(Failure) -> String {
        let start = at
        if next == "-" { at += 1 }
        if next == "I", at > start, dialect.hasNaN {
            for character in "Infinity" { try take(character) }
            return "-Infinity"
        }
        if next == "0" { at += 1 } else { try digits() }
        if next == "." {
            at += 1
            try digits()
        }
        if next == "e" || next == "E" {
            at += 1
            if next == "+" || next == "-" { at += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() throws(Failure) {
        let start = at
        while let digit = next, ("0"..."9").contains(digit) { at += 1 }
        if at == start { throw Failure() }
    }
}
