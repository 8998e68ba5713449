/// A value as the reference parser reads it. Numbers keep their text, so that nothing is rounded.
indirect enum ReferenceJSON: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string([UInt16])
    case array([ReferenceJSON])
    case object([Member])

    struct Member: Equatable {
        var key: [UInt16]
        var value: ReferenceJSON

        init(_ key: String, _ value: ReferenceJSON) {
            self.init(Array(key.utf16), value)
        }

        init(_ key: [UInt16], _ value: ReferenceJSON) {
            self.key = key
            self.value = value
        }
    }

    static func text(_ string: String) -> ReferenceJSON { .string(Array(string.utf16)) }

    subscript(key: String) -> ReferenceJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == Array(key.utf16) }?.value
    }

    /// Whether the object itself, not one within it, has a key twice.
    var repeatsKey: Bool {
        guard case .object(let members) = self else { return false }
        return Set(members.map(\.key)).count != members.count
    }

    /// - Returns: nil for what RFC 8259 does not allow, or where it nests deeper than `depthLimit`.
    static func parse(_ bytes: [UInt8], depthLimit: Int = 128) -> ReferenceJSON? {
        // Strings of the standard library hold valid UTF-8 only: a lossless round trip proves that the input is.
        let decoded = String(decoding: bytes, as: UTF8.self)
        guard Array(decoded.utf8) == bytes else { return nil }
        var parser = ReferenceParser(scalars: Array(decoded.unicodeScalars), depthLimit: depthLimit)
        return try? parser.document()
    }
}

/// Recursive descent, one rule a function, as slow as it is plain: it shares no idea with what it is compared to.
private struct ReferenceParser {
    struct Failure: Error {}

    let scalars: [Unicode.Scalar]
    let depthLimit: Int
    var at = 0

    init(scalars: [Unicode.Scalar], depthLimit: Int) {
        self.scalars = scalars
        self.depthLimit = depthLimit
    }

    var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    mutating func document() throws -> ReferenceJSON {
        let value = try element(depth: 0)
        guard next == nil else { throw Failure() }
        return value
    }

    mutating func element(depth: Int) throws -> ReferenceJSON {
        space()
        defer { space() }
        switch next {
        case "{": return try object(depth: depth + 1)
        case "[": return try array(depth: depth + 1)
        case "\"": return .string(try string())
        case "t": return try word("true", .bool(true))
        case "f": return try word("false", .bool(false))
        case "n": return try word("null", .null)
        default: return .number(try number())
        }
    }

    mutating func space() {
        while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { at += 1 }
    }

    mutating func take(_ scalar: Unicode.Scalar) throws {
        guard next == scalar else { throw Failure() }
        at += 1
    }

    mutating func word(_ text: String, _ value: ReferenceJSON) throws -> ReferenceJSON {
        for scalar in text.unicodeScalars { try take(scalar) }
        return value
    }

    mutating func object(depth: Int) throws -> ReferenceJSON {
        guard depth <= depthLimit else { throw Failure() }
        try take("{")
        space()
        var members: [ReferenceJSON.Member] = []
        if next != "}" {
            while true {
                space()
                let key = try string()
                space()
                try take(":")
                members.append(ReferenceJSON.Member(key, try element(depth: depth)))
                if next != "," { break }
                at += 1
            }
        }
        try take("}")
        return .object(members)
    }

    mutating func array(depth: Int) throws -> ReferenceJSON {
        guard depth <= depthLimit else { throw Failure() }
        try take("[")
        space()
        var elements: [ReferenceJSON] = []
        if next != "]" {
            while true {
                elements.append(try element(depth: depth))
                if next != "," { break }
                at += 1
            }
        }
        try take("]")
        return .array(elements)
    }

    mutating func string() throws -> [UInt16] {
        try take("\"")
        var units: [UInt16] = []
        while let scalar = next, scalar != "\"" {
            at += 1
            guard scalar.value >= 0x20 else { throw Failure() }
            if scalar == "\\" { units.append(try escape()) } else { units += Array(String(Character(scalar)).utf16) }
        }
        try take("\"")
        return units
    }

    mutating func escape() throws -> UInt16 {
        guard let scalar = next else { throw Failure() }
        at += 1
        switch scalar {
        case "\"", "\\", "/": return UInt16(scalar.value)
        case "b": return 8
        case "f": return 12
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "u":
            var digits = ""
            for _ in 0..<4 {
                guard let digit = next, Character(digit).isHexDigit, digit.isASCII else { throw Failure() }
                digits.unicodeScalars.append(digit)
                at += 1
            }
            guard let unit = UInt16(digits, radix: 16) else { throw Failure() }
            return unit
        default: throw Failure()
        }
    }

    mutating func number() throws -> String {
        let start = at
        if next == "-" { at += 1 }
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
        return scalars[start..<at].map(String.init).joined()
    }

    mutating func digits() throws {
        guard let first = next, ("0"..."9").contains(first) else { throw Failure() }
        while let digit = next, ("0"..."9").contains(digit) { at += 1 }
    }
}
