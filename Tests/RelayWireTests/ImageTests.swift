import Foundation
import Testing

@testable import RelayWire

@Suite struct ImageTests {
    private static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width) + big(height) + [8, 6, 0, 0, 0]
    }

    private static func jpeg(_ width: UInt16, _ height: UInt16, before: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xD8]
        // Segments of other kinds, a thumbnail's size among them, and fill bytes.
        for _ in 0..<before {
            bytes += [0xFF, 0xE1, 0x40, 0x00] + [UInt8](repeating: 0xC0, count: 0x3FFE) + [0xFF]
        }
        return bytes + [0xFF, 0xC4, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8] + big(UInt32(height)).suffix(2) + big(UInt32(width)).suffix(2)
            + [3, 1, 0x22, 0]
    }

    private static func big(_ value: UInt32) -> [UInt8] { stride(from: 24, through: 0, by: -8).map { UInt8(value >> UInt32($0) & 0xFF) } }

    private static func size(_ bytes: [UInt8], slash: String = "/") -> String? {
        let url = "data:image/x;base64," + Data(bytes).base64EncodedString().replacing("/", with: slash)
        return Array(url.utf8).withUnsafeBytes { ImageSize(dataURL: $0) }.map { "\($0.width)x\($0.height)" }
    }

    @Test("The size is read from PNG, JPEG and the three forms of WebP")
    func sizes() {
        #expect(Self.size(Self.png(640, 480)) == "640x480")
        #expect(Self.size(Self.png(640, 480), slash: "\\/") == "640x480")
        #expect(Self.size(Self.jpeg(4_032, 3_024)) == "4032x3024")
        #expect(Self.size(Self.jpeg(4_032, 3_024, before: 9)) == "4032x3024")
        let webP = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP".utf8)
        #expect(Self.size(webP + Array("VP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0xE0, 0x81]) == "640x480")
        #expect(Self.size(webP + Array("VP8L".utf8) + [0, 0, 0, 0, 0x2F, 0x7F, 0xC2, 0x77, 0, 0, 0, 0, 0, 0, 0]) == "640x480")
        #expect(Self.size(webP + Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0x02, 0, 0xDF, 0x01, 0]) == "640x480")
    }

    @Test("What is no image, or cut off, or of a size that none has, has none")
    func unknown() {
        let images: [[UInt8]] = [
            [], [0xFF, 0xD8], Array("GIF8".utf8), Array(Self.png(1, 1).prefix(20)), Self.png(0, 5), Self.png(70_000, 5),
            Array(Self.jpeg(5, 5).prefix(12)), Array("GIF89a".utf8) + [0x01, 0x00, 0x01, 0x00, 0, 0, 0, 0, 0],
            // A marker without a length, whose neighbour would be taken for one; data before the size.
            [0xFF, 0xD8, 0xFF, 0x01] + Self.jpeg(1, 1).dropFirst(2), [0xFF, 0xD8, 0xFF, 0xD3] + Self.jpeg(1, 1).dropFirst(2),
            [0xFF, 0xD8, 0xFF, 0xDA, 0, 4, 0, 0] + Self.jpeg(1, 1).dropFirst(2), Self.jpeg(5, 5, before: 20), Array("<svg/>".utf8),
        ]
        for bytes in images { #expect(Self.size(bytes) == nil) }
        let escaped = "data:image/png;base64," + Data(Self.png(1, 1)).base64EncodedString().replacing("Rw0", with: "\\u0052w0")
        for url in [escaped, "", "data:", "data:image/png,abc", "https://example.org/a.png", "data:image/png;base64", "data:;base64,%%%%"] {
            #expect(Array(url.utf8).withUnsafeBytes { ImageSize(dataURL: $0) } == nil)
        }
    }

    /// Figures of OpenAI's page: the cost is at least what each rule gives.
    @Test(
        "An image costs at least what both published rules say",
        arguments: [
            // width, height, detail, the tile rule's tokens, the patch rule's.
            (1 as UInt32, 1 as UInt32, "auto", 255 as Int64, 2 as Int64), (640, 480, "auto", 425, 360), (1_024, 1_024, "high", 765, 1_229),
            (2_048, 4_096, "high", 1_105, 2_458), (3_008, 2_000, "auto", 1_105, 7_107), (8_000, 8_000, "auto", 765, 12_000),
            (512, 512, "low", 255, 308), (60_000, 10, "high", 765, 77),
        ])
    func costs(width: UInt32, height: UInt32, detail: String, tiles: Int64, patches: Int64) {
        let url = "data:image/png;base64," + Data(Self.png(width, height)).base64EncodedString()
        let quoted = Array("\"\(detail)\"".utf8)
        let bound = Array(url.utf8).withUnsafeBytes { url in
            quoted.withUnsafeBytes { ImageTokens.bound(url: url, detail: JSONValueView(bytes: $0)) }
        }
        #expect(bound >= tiles && bound >= patches, "\(bound)")
        #expect(bound <= max(tiles, patches * 246 / 100) + 20, "\(bound) is no close bound")
    }
}
