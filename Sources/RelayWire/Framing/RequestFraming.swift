import Glibc

/// Reads the frame of requests as strictly as RFC 9112 is written, before a parser does that is more lenient: where a message begins and
/// ends must be read alike by everybody on its way, or one request may be smuggled in as a part of another.
///
/// It sees every byte of a connection in order and keeps nothing of them but a line that is not whole yet. A body of an announced length
/// is passed over at once; of a chunked one the lines between the chunks are read.
public struct RequestFraming {
    /// Why a request is not let in.
    public enum Fault: Error, Hashable, Sendable {
        case lineEnd
        case requestLine
        case version
        case fieldName
        case fieldValue
        case folding
        case contentLength
        case transferEncoding
        case host
        case chunk
        /// A line, the lines after a chunked body, or what its chunks are annotated with, are more bytes than the limit of a head.
        case tooLarge

        /// What to tell the client.
        public var message: String {
            switch self {
            case .lineEnd: "A line does not end with CR LF."
            case .requestLine: "The request line is not a method, a target and a version, with one space between each."
            case .version: "The version is neither HTTP/1.1 nor HTTP/1.0."
            case .fieldName: "A header's name is not a token with a colon right behind it."
            case .fieldValue: "A header's value has a control character."
            case .folding: "A header goes on in a second line."
            case .contentLength: "There is more than one `Content-Length`, or one that is no number of bytes."
            case .transferEncoding: "A `Transfer-Encoding` is `chunked`, once, in HTTP/1.1 and without a `Content-Length`."
            case .host: "A request of HTTP/1.1 has exactly one `Host`, with a host's name."
            case .chunk: "A chunk of the body has no valid size or end."
            case .tooLarge: "A line of the head, or what stands beside a body's chunks, is too large."
            }
        }
    }

    private enum State {
        case requestLine
        case field
        /// Bytes of a body or of a chunk that are still to come.
        case body(UInt64)
        case chunk(UInt64)
        case chunkSize
        /// The end of the line that a chunk's data ends with.
        case chunkEnd
        case trailer
    }

    /// What is kept of the head that is being read.
    private struct Head {
        var isVersion10 = false
        var length: UInt64?
        var isChunked = false
        var hasHost = false
    }

    private let limitBytes: Int
    private var state = State.requestLine
    private var head = Head()
    /// A line whose end has not come.
    private var beginning: [UInt8] = []
    /// Bytes of the present request that are neither its head nor its body.
    private var annotationBytes = 0

    /// - Parameter limitBytes: of a line, and of all that a chunked body has beside its data.
    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// Reads on.
    /// - Returns: how many bytes may go on to the parser: all of them, unless there is a fault. Then those before the line that is at
    ///   fault, or before the end of a head that is, so that no such head is ever whole. Nothing is to be read after a fault.
    public mutating func read(_ bytes: UnsafeRawBufferPointer) -> (accepted: Int, fault: Fault?) {
        var at = 0
        while at < bytes.count {
            switch state {
            case .body(let count):
                at += pass(count, of: bytes.count - at) { $0 == 0 ? .requestLine : .body($0) }
            case .chunk(let count):
                at += pass(count, of: bytes.count - at) { $0 == 0 ? .chunkEnd : .chunk($0) }
            case .requestLine, .field, .chunkSize, .chunkEnd, .trailer:
                let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
                guard let end = Self.lineFeed(in: rest) else {
                    beginning += rest
                    return beginning.count > limitBytes ? (at, .tooLarge) : (bytes.count, nil)
                }
                do throws(Fault) {
                    try take(UnsafeRawBufferPointer(rebasing: rest[..<end]))
                } catch {
                    return (at, error)
                }
                at += end + 1
            }
        }
        return (at, nil)
    }

    private mutating func pass(_ count: UInt64, of available: Int, _ next: (UInt64) -> State) -> Int {
        let passed = min(count, UInt64(available))
        state = next(count - passed)
        return Int(passed)
    }

    /// A line has come, or the end of one.
    private mutating func take(_ end: UnsafeRawBufferPointer) throws(Fault) {
        guard !beginning.isEmpty else { return try line(end) }
        var whole = beginning
        whole += end
        beginning.removeAll()
        guard whole.count <= limitBytes else { throw .tooLarge }
        var fault: Fault?
        whole.withUnsafeBytes { bytes in
            do throws(Fault) { try line(bytes) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// - Parameter bytes: a line without its line feed.
    private mutating func line(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        guard bytes.last == ASCII.carriageReturn else { throw .lineEnd }
        let line = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
        switch state {
        case .requestLine:
            // RFC 9112, section 2.2: empty lines before a request are passed over.
            guard !line.isEmpty else { return }
            head = Head()
            annotationBytes = 0
            head.isVersion10 = try RequestLine.isVersion10(line)
            state = .field
        case .field:
            if line.isEmpty { try endHead() } else { try field(line) }
        case .chunkSize:
            let size = try ChunkLine.size(line)
            try annotate(line.count)
            state = size == 0 ? .trailer : .chunk(size)
        case .chunkEnd:
            guard line.isEmpty else { throw .chunk }
            state = .chunkSize
        case .trailer:
            try annotate(line.count)
            if line.isEmpty { state = .requestLine } else { _ = try FieldLine(line) }
        case .body, .chunk:
            preconditionFailure("a body has no lines")
        }
    }

    private mutating func annotate(_ byteCount: Int) throws(Fault) {
        // The few digits of a size are none, and belong to every chunk.
        annotationBytes += max(0, byteCount - ChunkLine.sizeDigits)
        if annotationBytes > limitBytes { throw .tooLarge }
    }

    private mutating func field(_ line: UnsafeRawBufferPointer) throws(Fault) {
        let field = try FieldLine(line)
        switch field.role {
        case .other: break
        case .host:
            guard !head.hasHost, field.isHostValue else { throw .host }
            head.hasHost = true
        case .contentLength:
            guard head.length == nil, let length = field.lengthValue else { throw .contentLength }
            head.length = length
        case .transferEncoding:
            guard !head.isChunked, field.isChunkedValue else { throw .transferEncoding }
            head.isChunked = true
        }
    }

    private mutating func endHead() throws(Fault) {
        // RFC 9112, section 3.2.
        guard head.hasHost || head.isVersion10 else { throw .host }
        // Section 6.1: in HTTP/1.0 it has no meaning that everybody agrees on, and beside a length there are two ends.
        if head.isChunked, head.isVersion10 || head.length != nil { throw .transferEncoding }
        state = head.isChunked ? .chunkSize : head.length.flatMap { $0 == 0 ? nil : .body($0) } ?? .requestLine
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, Int32(ASCII.lineFeed), bytes.count) else { return nil }
        return UnsafeRawPointer(found) - start
    }
}
