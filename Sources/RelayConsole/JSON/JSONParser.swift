import RelayDomain

/// Reads JSON (RFC 8259) strictly: one document, valid UTF-8, no field twice, bounded depth. For the small bodies of the control plane.
///
/// Foundation's decoder keeps one of two fields of the same name and says nothing, and reads numbers beyond 38 digits with a loss.
/// Neither may happen to an amount of money.
struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0

    /// - Throws: `invalid_json`.
    static func parse(_ bytes: [UInt8]) throws(Refusal) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.fault }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var fault: Refusal { Refusal(.invalidJSON, "The body is not valid JSON: see byte \(index).") }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next, UInt32(byte) == character.value else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Refusal) -> JSONValue {
        guard depth < ConsoleLimits.jsonDepth else { throw Refusal(.invalidJSON, "The body is nested too deeply.") }
        skipSpace()
        guard let byte = next else { throw fault }
        switch Unicode.Scalar(byte) {
        case "{": return .object(try object(depth: depth))
        case "[": return .array(try array(depth: depth))
        case "\"": return .string(try string())
        case "t": return try word("true", .bool(true))
        case "f": return try word("false", .bool(false))
        case "n": return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Refusal) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw fault }
        index += word.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws(Refusal) -> [JSONValue] {
        index += 1
        var values: [JSONValue] = []
        skipSpace()
        if skip("]") { return values }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if skip("]") { return values }
            guard skip(",") else { throw fault }
        }
    }

    private mutating func object(depth: Int) throws(Refusal) -> [JSONValue.Field] {
        index += 1
        var fields: [JSONValue.Field] = []
        var names: Set<String> = []
        skipSpace()
        if skip("}") { return fields }
        while true {
            skipSpace()
            guard let byte = next, byte == 0x22 else { throw fault }
            let name = try string()
            guard names.insert(name).inserted else {
                throw Refusal(.invalidJSON, "The field `\(name.quotable)` stands twice.", param: name.quotable)
            }
            skipSpace()
            guard skip(":") else { throw fault }
            fields.append(JSONValue.Field(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            if skip("}") { return fields }
            guard skip(",") else { throw fault }
        }
    }

    private mutating func number() throws(Refusal) -> String {
        let start = index
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// One digit or more.
    private mutating func digits() throws(Refusal) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw fault }
    }

    private mutating func string() throws(Refusal) -> String {
        index += 1
        var content: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case 0x22:
                guard let string = String(validating: content, as: UTF8.self) else { throw fault }
                return string
            case 0x5C: content.append(contentsOf: String(Character(try escape())).utf8)
            case 0x00..<0x20: throw fault
            default: content.append(byte)
            }
        }
        throw fault
    }

    /// What follows a backslash.
    private mutating func escape() throws(Refusal) -> Unicode.Scalar {
        guard let byte = next else { throw fault }
        index += 1
        switch Unicode.Scalar(byte) {
        case "\"": return "\""
        case "\\": return "\\"
        case "/": return "/"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": return try unicodeEscape()
        default: throw fault
        }
    }

    private mutating func unicodeEscape() throws(Refusal) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A surrogate, which means something only as the first of a pair.
        guard first < 0xDC00, skip("\\"), skip("u") else { throw fault }
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault }
        return scalar
    }

    private mutating func fourDigits() throws(Refusal) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

extension String {
    /// Fit for an error message: not long, and in one line.
    var quotable: String {
        let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
        return String(prefix(ConsoleLimits.quotedCharacters).map { $0.unicodeScalars.contains(where: isControl) ? "?" : $0 })
    }
}
