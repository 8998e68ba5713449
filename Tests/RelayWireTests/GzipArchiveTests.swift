import NIOCore
import RelayTestKit
import RelayWire
import Testing

@Suite struct GzipArchiveTests {
    @Test("Bytes in any pieces become one member, the same each time, which comes back in any pieces")
    func roundTrip() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        for round in 0..<60 {
            let count = [0, 1, 1_000, 300_000].randomElement(using: &generator)!
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...(round.isMultiple(of: 2) ? 255 : 3), using: &generator) }
            let packed = Self.packed(bytes, &generator)
            let decoded = try ContentDecoder(limitBytes: 1 << 20).decode(ByteBuffer(bytes: packed), .gzip)
            #expect(Array(decoded.readableBytesView) == bytes, "seed \(seed)")
            let decompressor = GzipDecompressor()
            var back: [UInt8] = []
            var rest = packed[...]
            while !rest.isEmpty {
                let piece = rest.prefix(.random(in: 1...70_000, using: &generator))
                back += try decompressor.feed(Array(piece), isLast: false)
                rest = rest.dropFirst(piece.count)
            }
            back += try decompressor.feed([], isLast: true)
            #expect(back == bytes, "seed \(seed)")
        }
    }

    @Test("What is cut short or changed is refused")
    func damaged() throws {
        let packed = Compression.gzip(Array("a line\n".utf8))
        #expect(throws: ContentFault.incomplete) { try GzipDecompressor().feed(Array(packed.dropLast()), isLast: true) }
        var changed = packed
        changed[packed.count - 6] ^= 1
        #expect(throws: ContentFault.malformed) { try GzipDecompressor().feed(changed, isLast: true) }
    }

    private static func packed(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        let compressor = GzipCompressor()
        var packed: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(.random(in: 1...100_000, using: &generator))
            packed += compressor.feed(Array(piece), isLast: false)
            rest = rest.dropFirst(piece.count)
        }
        return packed + compressor.feed([], isLast: true)
    }
}
