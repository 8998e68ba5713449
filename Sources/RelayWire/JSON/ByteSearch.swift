/// Finds the next byte that matters, eight bytes a step.
///
/// Each test marks the high bit of the bytes it is true for ("Bit Twiddling Hacks", haszero and hasless). A subtraction that borrows may
/// mark bytes above a true one, never below, so the lowest mark is always right, also when several tests are joined.
enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func marksEqual(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & highs
    }

    @inline(__always)
    private static func marksBelow(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        (word &- ones &* UInt64(byte)) & ~word & highs
    }

    /// The first quote, backslash or control byte at or after `start`, else `end`: where the plain part of a JSON string ends.
    @inline(__always)
    static func endOfText(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var at = start
        while at &+ 8 <= end {
            let word = word(bytes, at)
            let marks = marksEqual(word, ASCII.quote) | marksEqual(word, ASCII.backslash) | marksBelow(word, ASCII.space)
            if marks != 0 { return at &+ marks.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < end {
            let byte = bytes.load(fromByteOffset: at, as: UInt8.self)
            if byte == ASCII.quote || byte == ASCII.backslash || byte < ASCII.space { return at }
            at &+= 1
        }
        return end
    }

    /// As ``endOfText(_:from:to:)``, and stops at the first byte that is not ASCII too.
    @inline(__always)
    static func endOfASCIIText(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var at = start
        while at &+ 8 <= end {
            let word = word(bytes, at)
            let marks =
                marksEqual(word, ASCII.quote) | marksEqual(word, ASCII.backslash) | marksBelow(word, ASCII.space) | (word & highs)
            if marks != 0 { return at &+ marks.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < end {
            let byte = bytes.load(fromByteOffset: at, as: UInt8.self)
            if byte == ASCII.quote || byte == ASCII.backslash || byte < ASCII.space || byte >= 0x80 { return at }
            at &+= 1
        }
        return end
    }

    /// The first line feed or carriage return at or after `start`, else `end`.
    @inline(__always)
    static func endOfLine(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var at = start
        while at &+ 8 <= end {
            let word = word(bytes, at)
            let marks = marksEqual(word, ASCII.lineFeed) | marksEqual(word, ASCII.carriageReturn)
            if marks != 0 { return at &+ marks.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < end {
            let byte = bytes.load(fromByteOffset: at, as: UInt8.self)
            if byte == ASCII.lineFeed || byte == ASCII.carriageReturn { return at }
            at &+= 1
        }
        return end
    }

    /// Whether a control character other than a tab is at or after `start`; bytes above ASCII are none.
    @inline(__always)
    static func hasControl(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        var at = start
        while at &+ 8 <= bytes.count {
            let word = word(base, at)
            // A mark may be one too many, so what is marked is looked at byte by byte.
            if marksBelow(word, ASCII.space) | marksEqual(word, 0x7F) != 0, hasControl(base, from: at, to: at &+ 8) { return true }
            at &+= 8
        }
        return hasControl(base, from: at, to: bytes.count)
    }

    private static func hasControl(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Bool {
        var at = start
        while at < end {
            let byte = bytes.load(fromByteOffset: at, as: UInt8.self)
            if byte < ASCII.space && byte != ASCII.tab || byte == 0x7F { return true }
            at &+= 1
        }
        return false
    }
}
