import NIOCore
import RelayDomain
import RelayTestKit
import RelayWire
import Testing

@Suite struct ContentDecoderTests {
    private static let limit = 4 << 20

    private func decode(_ bytes: [UInt8], _ coding: ContentCoding, limit: Int = limit) throws(ContentFault) -> [UInt8] {
        Array(try ContentDecoder(limitBytes: limit).decode(ByteBuffer(bytes: bytes), coding).readableBytesView)
    }

    private func fault(_ bytes: [UInt8], _ coding: ContentCoding, limit: Int = limit) -> ContentFault? {
        do {
            _ = try decode(bytes, coding, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    private func encode(_ bytes: [UInt8], _ coding: ContentCoding) -> [UInt8] {
        switch coding {
        case .gzip: Compression.gzip(bytes)
        case .zstd: Compression.zstd(bytes)
        }
    }

    /// Words that shrink, and noise that does not.
    private func sample(_ count: Int, _ random: inout RelayTestKit.SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if Bool.random(using: &random) {
                bytes += Array(repeating: UInt8.random(in: 0...255, using: &random), count: Int.random(in: 1...300, using: &random))
            } else {
                bytes += (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
        }
        return Array(bytes.prefix(count))
    }

    @Test("what was encoded is decoded, of any size, in one part or several", arguments: ContentCoding.allCases)
    func roundTrip(coding: ContentCoding) throws {
        let generator = RelayTestKit.SeededGenerator()
        for (index, count) in [0, 1, 2, 100, 16_383, 16_384, 16_385, 65_536, 300_000, 1 << 20].enumerated() {
            var random = generator.round(index)
            let bytes = sample(count, &random)
            #expect(try decode(encode(bytes, coding), coding) == bytes, "seed \(generator.seed)")
            let cut = Int.random(in: 0...count, using: &random)
            let parts = encode(Array(bytes[..<cut]), coding) + encode(Array(bytes[cut...]), coding)
            #expect(try decode(parts, coding) == bytes, "seed \(generator.seed)")
        }
    }

    @Test("what ends anywhere before its end is a fault", arguments: ContentCoding.allCases)
    func truncated(coding: ContentCoding) {
        let generator = RelayTestKit.SeededGenerator()
        for round in 0..<60 {
            var random = generator.round(round)
            let encoded = encode(sample(Int.random(in: 0...5_000, using: &random), &random), coding)
            let cut = Int.random(in: 0..<encoded.count, using: &random)
            #expect(fault(Array(encoded[..<cut]), coding) == .incomplete, "seed \(generator.seed), round \(round), \(cut)")
            let two = encoded + encoded
            if cut > 0 {
                #expect(
                    fault(Array(two[..<(encoded.count + cut)]), coding) == .incomplete, "seed \(generator.seed), round \(round), \(cut)")
            }
        }
    }

    @Test("a byte that was changed is found", arguments: ContentCoding.allCases)
    func corrupted(coding: ContentCoding) throws {
        let generator = RelayTestKit.SeededGenerator()
        for round in 0..<200 {
            var random = generator.round(round)
            let bytes = sample(Int.random(in: 1...3_000, using: &random), &random)
            var encoded = encode(bytes, coding)
            let index = Int.random(in: 0..<encoded.count, using: &random)
            encoded[index] ^= UInt8.random(in: 1...255, using: &random)
            // Some bytes of a head mean nothing: what comes of them is the same, or nothing does.
            if let decoded = try? decode(encoded, coding) { #expect(decoded == bytes, "seed \(generator.seed), round \(round)") }
        }
    }

    @Test("whatever comes, it ends, within its limit", arguments: ContentCoding.allCases)
    func noise(coding: ContentCoding) {
        let generator = RelayTestKit.SeededGenerator()
        let beginning: [UInt8] = coding == .gzip ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] : [0x28, 0xB5, 0x2F, 0xFD]
        for round in 0..<300 {
            var random = generator.round(round)
            let noise = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let decoded = try? decode((round % 2 == 0 ? beginning : []) + noise, coding, limit: 10_000)
            #expect((decoded?.count ?? 0) <= 10_000, "seed \(generator.seed), round \(round)")
        }
    }

    @Test("what follows the end is a fault", arguments: ContentCoding.allCases)
    func trailingGarbage(coding: ContentCoding) {
        let encoded = encode(Array("{}".utf8), coding)
        for rest in [[0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Array("{}".utf8), Array(repeating: 0, count: 512)] as [[UInt8]] {
            let found = fault(encoded + rest, coding)
            #expect(found == .malformed || found == .incomplete, "\(rest.count): \(String(describing: found))")
        }
    }

    @Test("an empty body is not a coded one", arguments: ContentCoding.allCases)
    func empty(coding: ContentCoding) throws {
        #expect(fault([], coding) == .incomplete)
        #expect(try decode(encode([], coding), coding) == [])
    }

    @Test("a result may be as large as the limit, and no larger", arguments: ContentCoding.allCases)
    func limit(coding: ContentCoding) throws {
        var random = RelayTestKit.SeededGenerator()
        for count in [1, 1_000, 16_384, 100_000] {
            let encoded = encode(sample(count, &random), coding)
            #expect(try decode(encoded, coding, limit: count).count == count)
            #expect(fault(encoded, coding, limit: count - 1) == .tooLarge)
            #expect(fault(encoded + encoded, coding, limit: count * 2 - 1) == .tooLarge)
        }
    }

    @Test("a bomb makes no more than the limit", arguments: ContentCoding.allCases)
    func bomb(coding: ContentCoding) throws {
        let encoded = encode(Array(repeating: 0, count: 200 << 20), coding)
        #expect(encoded.count < 1 << 20)
        #expect(fault(encoded, coding, limit: 1 << 20) == .tooLarge)
    }

    @Test("one coding is not taken for another")
    func others() {
        let bytes = Array("{\"model\":\"gpt-5.2\"}".utf8)
        #expect(fault(Compression.gzip(bytes), .zstd) == .malformed)
        #expect(fault(Compression.zstd(bytes), .gzip) == .malformed)
        #expect(fault(Compression.zlib(bytes), .gzip) == .malformed)
        #expect(fault(bytes, .gzip) == .malformed)
        #expect(fault(bytes, .zstd) == .malformed)
    }

    @Test("a zstd window of 8 MiB is taken, and a larger one is not")
    func window() throws {
        let bytes = [UInt8](repeating: 7, count: 12 << 20)
        for tellsSize in [true, false] {
            let encoded = Compression.zstd(bytes, windowLog: 23, tellsSize: tellsSize)
            #expect(try decode(encoded, .zstd, limit: 16 << 20).count == bytes.count)
            #expect(fault(Compression.zstd(bytes, windowLog: 24, tellsSize: tellsSize), .zstd, limit: 16 << 20) == .windowTooLarge)
        }
        // The head of a frame that asks for a window of many gigabytes.
        #expect(fault([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xF8, 1, 0, 0], .zstd) == .windowTooLarge)
    }

    @Test("frames of zstd that are to be skipped are, and frames without a checksum are taken")
    func skippable() throws {
        let bytes = Array("hello".utf8)
        let skipped: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
        let encoded = skipped + Compression.zstd(bytes, hasChecksum: false) + skipped
        #expect(try decode(encoded, .zstd) == bytes)
    }

    @Test("the headers name at most one coding that is taken off")
    func names() throws {
        for values in [[], [""], ["identity"], ["Identity"]] { #expect(try ContentCoding.read(values) == nil) }
        for value in ["gzip", "GZip", "x-gzip"] { #expect(try ContentCoding.read([value]) == .gzip) }
        for value in ["zstd", "ZSTD"] { #expect(try ContentCoding.read([value]) == .zstd) }
        for values in [
            ["br"], ["deflate"], ["gzip, zstd"], ["gzip,gzip"], ["identity, gzip"], ["gzip", "gzip"], ["identity", "gzip"], ["gzip;q=1"],
            ["x-zstd"], ["*"],
        ] {
            let error = #expect(throws: Refusal.self) { try ContentCoding.read(values) }
            #expect(error?.code == .unsupportedMediaType && error?.message.contains("gzip, zstd") == true)
        }
    }
}
