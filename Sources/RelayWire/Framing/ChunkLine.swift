/// The line before a chunk (RFC 9112, section 7.1).
enum ChunkLine {
    /// As many digits as 64 bits have.
    static let sizeDigits = 16

    /// - Returns: the chunk's size.
    /// - Throws: a fault unless the line is hexadecimal digits of a number that fits 63 bits, and perhaps extensions behind a semicolon.
    static func size(_ line: UnsafeRawBufferPointer) throws(RequestFraming.Fault) -> UInt64 {
        var size: UInt64 = 0
        var digits = 0
        while digits < line.count, let value = ASCII.hexadecimalValue(line[digits]) {
            guard digits < sizeDigits else { throw .chunk }
            size = size << 4 | UInt64(value)
            digits &+= 1
        }
        guard digits > 0, size <= UInt64(Int64.max) else { throw .chunk }
        guard digits < line.count else { return size }
        guard line[digits] == 0x3B else { throw .chunk }
        guard !ByteSearch.hasControl(line, from: digits) else { throw .chunk }
        return size
    }
}
