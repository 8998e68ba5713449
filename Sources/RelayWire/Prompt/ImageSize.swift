/// How large an image is, read from its first bytes.
struct ImageSize: Equatable {
    /// In pixels, 1 to 65,535: what is beyond it is left to the largest bound.
    let width: Int64
    let height: Int64

    /// Where every format but JPEG has its size.
    private static let headBytes = 48
    /// The most that is decoded of a JPEG, which may have its thumbnail and colour profile before its size.
    private static let searchedBytes = 256 << 10

    /// Reads `data:image/…;base64,…`, its text as it is written in JSON.
    /// - Returns: nil where it is none, or its size cannot be read without doubt: PNG, JPEG and WebP can. The frames of a GIF may be larger
    ///   than it says.
    init?(dataURL text: UnsafeRawBufferPointer) {
        guard text.starts(with: "data:".utf8), let comma = text.prefix(256).firstIndex(of: ASCII.comma),
            text[..<comma].suffix(7).elementsEqual(";base64".utf8)
        else { return nil }
        let data = UnsafeRawBufferPointer(rebasing: text[(comma + 1)...])
        let head = Self.decode(data, upTo: Self.headBytes)
        self.init(bytes: head.starts(with: Self.jpegStart) ? Self.decode(data, upTo: Self.searchedBytes) : head)
    }

    init?(bytes: [UInt8]) {
        let size = Self.png(bytes) ?? Self.webP(bytes) ?? Self.jpeg(bytes)
        guard let size, (1...65_535).contains(size.width), (1...65_535).contains(size.height) else { return nil }
        width = Int64(size.width)
        height = Int64(size.height)
    }

    private typealias Size = (width: Int, height: Int)
    private static let jpegStart: [UInt8] = [0xFF, 0xD8]

    /// Base 64 (RFC 4648, section 4), up to the first byte that is none. JSON may write a slash as `\/`; whoever escapes anything else has
    /// its bytes elsewhere than here.
    private static func decode(_ text: UnsafeRawBufferPointer, upTo limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(text.count * 3 / 4, limit))
        var word: UInt32 = 0
        var digits = 0
        for (index, byte) in text.enumerated() {
            if byte == ASCII.backslash, index + 1 < text.count, text[index + 1] == ASCII.slash { continue }
            guard let value = digit(byte), bytes.count < limit else { break }
            word = word << 6 | value
            digits += 1
            if digits == 4 {
                bytes.append(UInt8(word >> 16 & 0xFF))
                bytes.append(UInt8(word >> 8 & 0xFF))
                bytes.append(UInt8(word & 0xFF))
                digits = 0
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case ASCII.zero...ASCII.nine: UInt32(byte - ASCII.zero) + 52
        case ASCII.plus: 62
        case ASCII.slash: 63
        default: nil
        }
    }

    // MARK: Formats

    private static func big(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// W3C, "Portable Network Graphics", section 11.2.1.
    private static func png(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            bytes[12..<16].elementsEqual("IHDR".utf8)
        else { return nil }
        return (big(bytes, 16, 4), big(bytes, 20, 4))
    }

    /// RFC 9649, section 2: the lossy, the lossless and the extended form.
    private static func webP(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else { return nil }
        let form = bytes[12..<16]
        if form.elementsEqual("VP8 ".utf8) { return (little(bytes, 26, 2) & 0x3FFF, little(bytes, 28, 2) & 0x3FFF) }
        if form.elementsEqual("VP8L".utf8) {
            let bits = little(bytes, 21, 4)
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        return form.elementsEqual("VP8X".utf8) ? (little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1) : nil
    }

    /// ITU-T T.81, annex B: segments up to the frame header, which has the size. Turning it by what EXIF says changes no bound.
    private static func jpeg(_ bytes: [UInt8]) -> Size? {
        guard bytes.starts(with: jpegStart) else { return nil }
        var at = 2
        while at + 9 <= bytes.count {
            guard bytes[at] == 0xFF else { return nil }
            let marker = bytes[at + 1]
            if marker == 0xFF {
                at += 1
                continue
            }
            // Markers without a length, and the image's data: a frame header behind them would not be the first.
            if marker < 0x02 || (0xD0...0xDA).contains(marker) { return nil }
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
                return (big(bytes, at + 7, 2), big(bytes, at + 5, 2))
            }
            at += 2 + big(bytes, at + 2, 2)
        }
        return nil
    }
}
