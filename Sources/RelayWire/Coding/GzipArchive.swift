import CZlib

/// Makes one gzip member (RFC 1952) of bytes that come in pieces. The same bytes give the same member: it tells neither time nor name.
public final class GzipCompressor {
    private static let level: Int32 = 6
    private static let windowBits: Int32 = 15 + 16
    private static let pieceBytes = 64 << 10

    /// zlib keeps a pointer to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        precondition(nexrelay_deflate_init(stream, Self.level, Self.windowBits) == Z_OK, "zlib has no memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// - Parameter isLast: whether nothing follows: then the member is whole.
    public func feed(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var input = bytes
        var result: [UInt8] = []
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                result += [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { output, count in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    let code = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    precondition(code != Z_STREAM_ERROR, "zlib was used wrongly")
                    count = output.count - Int(stream.pointee.avail_out)
                    isFull = stream.pointee.avail_out == 0
                }
            }
            // Neither pointer is of use after this call.
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
        }
        return result
    }
}

/// Takes gzip off bytes that come in pieces.
public final class GzipDecompressor {
    private static let pieceBytes = 64 << 10

    private var stream = GzipStream()
    private var isBetweenMembers = false

    public init() {}

    /// - Parameter isLast: whether nothing follows.
    /// - Throws: ``ContentFault``
    public func feed(_ bytes: [UInt8], isLast: Bool) throws(ContentFault) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        var isFull = false
        while !rest.isEmpty || isFull {
            var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
            let step = try step(rest, &piece)
            rest = rest.dropFirst(step.consumed)
            result += piece.prefix(step.produced)
            isBetweenMembers = step.isAtEnd
            isFull = step.produced == Self.pieceBytes
            if step.consumed == 0, step.produced == 0 { break }
        }
        if isLast, !isBetweenMembers { throw .incomplete }
        return result
    }

    private func step(_ input: ArraySlice<UInt8>, _ output: inout [UInt8]) throws(ContentFault) -> DecodingStep {
        var step = DecodingStep(consumed: 0, produced: 0, isAtEnd: isBetweenMembers)
        var fault: ContentFault?
        input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output in
                do throws(ContentFault) { step = try stream.step(input, output) } catch { fault = error }
            }
        }
        if let fault { throw fault }
        return step
    }
}
