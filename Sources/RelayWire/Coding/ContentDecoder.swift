public import NIOCore

/// Takes the coding off a body, within bounds: of the result, and of the memory that making it takes.
///
/// A body is the whole of its coding: one gzip member or several, one zstd frame or several, and nothing else.
public struct ContentDecoder: Sendable {
    /// What a frame of zstd may make its decoder remember: what RFC 9659 has every sender stay below.
    public static let windowBytes = 1 << windowLog
    static let windowLog: Int32 = 23
    /// What the first part of a result is given room for, in bytes.
    private static let firstPartBytes = 16 << 10

    /// Of a decoded body, in bytes.
    public let limitBytes: Int

    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// - Complexity: linear in the body and the result together. What is made of a body that is too large is at most one byte larger
    ///   than the limit.
    /// - Throws: ``ContentFault``
    public func decode(_ body: ByteBuffer, _ coding: ContentCoding) throws(ContentFault) -> ByteBuffer {
        switch coding {
        case .gzip: try decode(body, with: GzipStream())
        case .zstd: try decode(body, with: ZstdStream())
        }
    }

    private func decode(_ body: ByteBuffer, with stream: consuming some DecodingStream & ~Copyable) throws(ContentFault) -> ByteBuffer {
        var rest = body.readableBytesView[...]
        var result = ByteBuffer()
        // Texts shrink to a quarter or so.
        result.reserveCapacity(min(limitBytes + 1, max(4 * rest.count, Self.firstPartBytes)))
        var isAtEnd = false
        while !(isAtEnd && rest.isEmpty) {
            let before = (rest.count, result.readableBytes)
            // One byte more than may be: who fills it is too large.
            let room = limitBytes + 1 - result.readableBytes
            if result.writableBytes == 0 { result.reserveCapacity(min(limitBytes + 1, 2 * result.readableBytes)) }
            var step = DecodingStep(consumed: 0, produced: 0, isAtEnd: false)
            var fault: ContentFault?
            result.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { output in
                rest.withUnsafeBytes { input in
                    do throws(ContentFault) {
                        step = try stream.step(input, UnsafeMutableRawBufferPointer(rebasing: output.prefix(room)))
                    } catch {
                        fault = error
                    }
                }
                return step.produced
            }
            if let fault { throw fault }
            rest = rest.dropFirst(step.consumed)
            isAtEnd = step.isAtEnd
            if result.readableBytes > limitBytes { throw .tooLarge }
            if !isAtEnd, before == (rest.count, result.readableBytes) { throw .incomplete }
        }
        return result
    }
}

/// What a decoder did with what it was given.
struct DecodingStep {
    /// Bytes taken and bytes written.
    var consumed: Int
    var produced: Int
    /// Whether a member or a frame has just ended: the body may end here, or another begin.
    var isAtEnd: Bool
}

/// A decoder of one body. It allocates, and ends with its value.
protocol DecodingStream: ~Copyable {
    /// Decodes as much of `input` as `output` has room for. A step that neither takes nor gives anything has been given too little.
    mutating func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) throws(ContentFault) -> DecodingStep
}
