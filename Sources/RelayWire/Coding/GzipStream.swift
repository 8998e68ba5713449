import CZlib

/// gzip (RFC 1952), by zlib, which checks the length and the CRC-32 of each member.
struct GzipStream: DecodingStream, ~Copyable {
    /// A window of 32 KiB, and 16 for: gzip, and neither zlib's own format nor bare deflate.
    private static let windowBits: Int32 = 15 + 16

    /// zlib keeps a pointer to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool
    private var isBetweenMembers = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady = nexrelay_inflate_init(stream, Self.windowBits) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    mutating func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(ContentFault) -> DecodingStep {
        // Without memory for its window nothing can be said of the body but that this machine cannot take it.
        guard isReady else { throw .tooLarge }
        if isBetweenMembers { inflateReset(stream) }
        let inputCount = UInt32(clamping: input.count)
        let outputCount = UInt32(clamping: output.count)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = inputCount
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = outputCount
        let code = inflate(stream, Z_NO_FLUSH)
        // Neither pointer is of use after this call.
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        switch code {
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw .tooLarge
        default: throw .malformed
        }
        isBetweenMembers = code == Z_STREAM_END
        return DecodingStep(
            consumed: Int(inputCount - stream.pointee.avail_in), produced: Int(outputCount - stream.pointee.avail_out),
            isAtEnd: isBetweenMembers)
    }
}
