extension JSONScanner {
    /// The offset after the closing quote of the string whose opening quote is at `start`.
    @inline(__always)
    func endOfString(_ start: Int) throws(JSONFault) -> Int {
        var at = ByteSearch.endOfASCIIText(bytes, from: start &+ 1, to: end)
        while true {
            guard at < end else { throw JSONFault(.ended, at: end) }
            let byte = byte(at)
            switch byte {
            case ASCII.quote:
                return at &+ 1
            case ASCII.backslash:
                at = try endOfEscape(at)
                at = ByteSearch.endOfASCIIText(bytes, from: at, to: end)
            case 0x80...0xFF:
                at = try endOfMultibyteText(at)
                at = ByteSearch.endOfASCIIText(bytes, from: at, to: end)
            default:
                throw JSONFault(.controlCharacter, at: at)
            }
        }
    }

    /// Validates a run of bytes that are not ASCII.
    private func endOfMultibyteText(_ start: Int) throws(JSONFault) -> Int {
        var at = start
        repeat {
            let length = UTF8Sequence.length(bytes, at: at, end: end)
            guard length > 0 else { throw JSONFault(.badUTF8, at: at) }
            at &+= length
        } while at < end && byte(at) >= 0x80
        return at
    }

    private func endOfEscape(_ start: Int) throws(JSONFault) -> Int {
        guard start &+ 1 < end else { throw JSONFault(.ended, at: end) }
        switch byte(start &+ 1) {
        case ASCII.quote, ASCII.backslash, ASCII.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            return start &+ 2
        case UInt8(ascii: "u"):
            for at in start &+ 2..<start &+ 6 {
                guard at < end else { throw JSONFault(.ended, at: end) }
                guard ASCII.hexadecimalValue(byte(at)) != nil else { throw JSONFault(.badEscape, at: at) }
            }
            return start &+ 6
        default:
            throw JSONFault(.badEscape, at: start &+ 1)
        }
    }

    /// The offset after the number that begins at `start`: RFC 8259, section 6.
    func endOfNumber(_ start: Int) throws(JSONFault) -> Int {
        var at = start
        if byte(at) == ASCII.minus { at &+= 1 }
        if at < end, byte(at) == ASCII.zero { at &+= 1 } else { at = try endOfDigits(at) }
        if at < end, byte(at) == ASCII.point { at = try endOfDigits(at &+ 1) }
        if at < end, byte(at) | 0x20 == UInt8(ascii: "e") {
            at &+= 1
            if at < end, byte(at) == ASCII.plus || byte(at) == ASCII.minus { at &+= 1 }
            at = try endOfDigits(at)
        }
        // `01`, `1.2.3` and `1x` break off here: no comma or end can follow.
        return at
    }

    private func endOfDigits(_ start: Int) throws(JSONFault) -> Int {
        guard start < end else { throw JSONFault(.ended, at: end) }
        guard ASCII.isDigit(byte(start)) else { throw JSONFault(.badNumber, at: start) }
        var at = start &+ 1
        while at < end, ASCII.isDigit(byte(at)) { at &+= 1 }
        return at
    }

    func endOfWord(_ word: StaticString, _ start: Int) throws(JSONFault) -> Int {
        for offset in 0..<word.utf8CodeUnitCount {
            guard start &+ offset < end else { throw JSONFault(.ended, at: end) }
            guard byte(start &+ offset) == word.utf8Start[offset] else { throw JSONFault(.badLiteral, at: start &+ offset) }
        }
        return start &+ word.utf8CodeUnitCount
    }
}
