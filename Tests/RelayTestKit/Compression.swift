import CZlib
import CZstd

/// What clients that compress their bodies send, made by the same libraries' other halves.
public enum Compression {
    /// One gzip member.
    public static func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] { deflate(bytes, level: level, windowBits: 15 + 16) }

    /// zlib's own format, which HTTP calls `deflate`.
    public static func zlib(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, level: 6, windowBits: 15) }

    /// One frame.
    /// - Parameters:
    ///   - windowLog: nil for what the level makes of it.
    ///   - tellsSize: whether the frame's head says how large its content is.
    public static func zstd(
        _ bytes: [UInt8], level: Int32 = 3, windowLog: Int32? = nil, tellsSize: Bool = true, hasChecksum: Bool = true
    ) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, tellsSize ? 1 : 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        if let windowLog { ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog) }
        return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
            count = ZSTD_compress2(context, output.baseAddress, output.count, bytes, bytes.count)
            precondition(ZSTD_isError(count) == 0, "zstd cannot compress")
        }
    }

    private static func deflate(_ bytes: [UInt8], level: Int32, windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        precondition(nexrelay_deflate_init(&stream, level, windowBits) == Z_OK, "zlib cannot compress")
        defer { deflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(input.count))) + 64) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib needs more room than it said")
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
