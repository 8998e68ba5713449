/// Reads single values out of a document that ``JSONScanner`` found valid.
enum JSONText {
    /// The most bytes that one decoded ASCII byte can take in a string: `\u0061`.
    static let longestEscape = 6

    /// Whether the text between two quotes, once decoded, is the ASCII name.
    @inline(__always)
    static func equals(_ name: some Sequence<UInt8>, _ text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        for expected in name {
            guard at < text.count else { return false }
            if text[at] != ASCII.backslash {
                guard text[at] == expected else { return false }
                at &+= 1
            } else {
                guard let unit = escapedUnit(text, &at), unit == UInt32(expected) else { return false }
            }
        }
        return at == text.count
    }

    /// Whether the text between two quotes, once decoded, is the ASCII name in small letters, capitals, or both.
    static func equalsIgnoringCase(_ name: [UInt8], _ text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        for expected in name {
            guard at < text.count else { return false }
            var unit = UInt32(text[at])
            if unit == UInt32(ASCII.backslash) {
                guard let escaped = escapedUnit(text, &at) else { return false }
                unit = escaped
            } else {
                at &+= 1
            }
            if (0x41...0x5A).contains(unit) { unit |= 0x20 }
            guard unit == UInt32(expected) else { return false }
        }
        return at == text.count
    }

    /// Reads the escape at `at` and moves behind it.
    /// - Returns: the UTF-16 code unit that it stands for, nil where it is cut off or malformed.
    static func escapedUnit(_ text: UnsafeRawBufferPointer, _ at: inout Int) -> UInt32? {
        guard at + 1 < text.count else { return nil }
        let letter = text[at + 1]
        guard letter == UInt8(ascii: "u") else {
            at += 2
            return simpleEscape(letter).map(UInt32.init)
        }
        guard at + 6 <= text.count else { return nil }
        var unit: UInt32 = 0
        for digit in text[at + 2..<at + 6] {
            guard let value = ASCII.hexadecimalValue(digit) else { return nil }
            unit = unit << 4 | value
        }
        at += 6
        return unit
    }

    /// What a backslash before `letter` stands for.
    static func simpleEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case ASCII.quote, ASCII.backslash, ASCII.slash: letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): ASCII.lineFeed
        case UInt8(ascii: "r"): ASCII.carriageReturn
        case UInt8(ascii: "t"): ASCII.tab
        default: nil
        }
    }

    /// The decoded string whose bytes, quotes included, are `value`.
    /// - Returns: nil where an escape stands for half a surrogate pair, which no `String` can hold.
    static func string(_ value: UnsafeRawBufferPointer) -> String? {
        let text = UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1])
        guard text.contains(ASCII.backslash) else { return String(decoding: text, as: UTF8.self) }
        var scalars = String.UnicodeScalarView()
        var at = 0
        while at < text.count {
            if text[at] != ASCII.backslash {
                let run = text[at...].prefix { $0 != ASCII.backslash }
                scalars.append(contentsOf: String(decoding: run, as: UTF8.self).unicodeScalars)
                at = run.endIndex
                continue
            }
            guard var code = escapedUnit(text, &at) else { return nil }
            if code & 0xFC00 == 0xD800 {
                guard at < text.count, text[at] == ASCII.backslash, let low = escapedUnit(text, &at), low & 0xFC00 == 0xDC00 else {
                    return nil
                }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    /// Appends what the text between two quotes stands for, in UTF-8. Half a surrogate pair becomes U+FFFD.
    static func decode(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
        var at = 0
        while at < text.count {
            guard text[at] == ASCII.backslash else {
                let run = text[at...].prefix { $0 != ASCII.backslash }
                bytes.append(contentsOf: run)
                at = run.endIndex
                continue
            }
            // A scanned text has no malformed escape.
            guard var code = escapedUnit(text, &at) else { return }
            if code & 0xFC00 == 0xD800, at < text.count, text[at] == ASCII.backslash {
                var next = at
                if let low = escapedUnit(text, &next), low & 0xFC00 == 0xDC00 {
                    code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
                    at = next
                }
            }
            bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}")!)
        }
    }

    /// The number whose bytes are `value`, where it is written as plain digits: no sign, point or exponent.
    /// - Returns: nil otherwise; `Int64.max` for what is beyond it.
    static func wholeNumber(_ value: UnsafeRawBufferPointer) -> Int64? {
        var number: Int64 = 0
        for byte in value {
            guard ASCII.isDigit(byte) else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(byte - ASCII.zero))
            number = overflow || carry ? .max : sum
        }
        return number
    }

    /// The decoded strings of the array whose bytes, brackets included, are `array`.
    /// - Returns: nil where an element is no string or cannot be decoded, or where there are more than `limit`.
    static func strings(_ array: UnsafeRawBufferPointer, limit: Int) -> [String]? {
        var strings: [String] = []
        var at = 1
        while at < array.count - 1 {
            guard !ASCII.isSpace(array[at]), array[at] != ASCII.comma else {
                at += 1
                continue
            }
            guard array[at] == ASCII.quote, strings.count < limit else { return nil }
            let end = endOfString(array, at)
            guard let string = string(UnsafeRawBufferPointer(rebasing: array[at..<end])) else { return nil }
            strings.append(string)
            at = end
        }
        return strings
    }

    /// The offset after the closing quote of the string whose opening quote is at `start`.
    private static func endOfString(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var at = start + 1
        while at < text.count, text[at] != ASCII.quote { at += text[at] == ASCII.backslash ? 2 : 1 }
        return min(at + 1, text.count)
    }
}
