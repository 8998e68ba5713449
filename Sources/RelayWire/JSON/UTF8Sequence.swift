/// Well-formed UTF-8 beyond ASCII: the Unicode Standard, table 3-7.
enum UTF8Sequence {
    /// The length of the multi-byte sequence at `start`, 2 to 4 bytes.
    /// - Returns: 0 where it is overlong, a surrogate, beyond U+10FFFF, cut off, or no first byte of a sequence.
    @inline(__always)
    static func length(_ bytes: UnsafeRawPointer, at start: Int, end: Int) -> Int {
        @inline(__always)
        func byte(_ offset: Int) -> UInt8 { bytes.load(fromByteOffset: start &+ offset, as: UInt8.self) }
        @inline(__always)
        func isContinuation(_ offset: Int) -> Bool { byte(offset) & 0xC0 == 0x80 }

        let first = byte(0)
        let left = end &- start
        switch first {
        case 0xC2...0xDF:
            return left >= 2 && isContinuation(1) ? 2 : 0
        case 0xE0...0xEF:
            guard left >= 3, isContinuation(1), isContinuation(2) else { return 0 }
            if first == 0xE0, byte(1) < 0xA0 { return 0 }  // overlong
            if first == 0xED, byte(1) > 0x9F { return 0 }  // a surrogate
            return 3
        case 0xF0...0xF4:
            guard left >= 4, isContinuation(1), isContinuation(2), isContinuation(3) else { return 0 }
            if first == 0xF0, byte(1) < 0x90 { return 0 }  // overlong
            if first == 0xF4, byte(1) > 0x8F { return 0 }  // beyond U+10FFFF
            return 4
        default:
            return 0
        }
    }
}
