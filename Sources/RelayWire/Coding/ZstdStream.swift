import CZstd

/// Zstandard (RFC 8878), by libzstd, which checks a frame's checksum where it has one. Frames that need a dictionary are refused.
struct ZstdStream: DecodingStream, ~Copyable {
    private let context: OpaquePointer?

    init() {
        context = ZSTD_createDCtx()
        if let context { ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ContentDecoder.windowLog) }
    }

    deinit { ZSTD_freeDCtx(context) }

    mutating func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(ContentFault) -> DecodingStep {
        guard let context else { throw .tooLarge }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(result) != 0 {
            switch ZSTD_getErrorCode(result) {
            case ZSTD_error_frameParameter_windowTooLarge: throw .windowTooLarge
            case ZSTD_error_memory_allocation: throw .tooLarge
            default: throw .malformed
            }
        }
        // 0: a frame has been decoded and written whole.
        return DecodingStep(consumed: source.pos, produced: target.pos, isAtEnd: result == 0)
    }
}
