import NIOCore

/// How a body is delimited on the connection (RFC 9112, section 6).
enum BodyFraming: Equatable, Sendable {
    /// No body and no header about one: 204 and 304.
    case none
    /// `content-length`, with what the head declares; it may be a lie.
    case length(Int)
    case chunked
    /// The body ends with the connection.
    case untilClose

    /// The line of the head.
    var headerLine: String {
        switch self {
        case .none, .untilClose: ""
        case .length(let bytes): "content-length: \(bytes)\r\n"
        case .chunked: "transfer-encoding: chunked\r\n"
        }
    }

    /// The bytes that carry a piece of the body. Each piece is a transfer chunk of its own.
    func frame(_ piece: ByteBuffer) -> ByteBuffer {
        guard self == .chunked else { return piece }
        guard piece.readableBytes > 0 else { return piece }
        var framed = ByteBuffer()
        framed.reserveCapacity(piece.readableBytes + 16)
        framed.writeString(String(piece.readableBytes, radix: 16) + "\r\n")
        framed.writeImmutableBuffer(piece)
        framed.writeStaticString("\r\n")
        return framed
    }

    /// What ends the body.
    var end: ByteBuffer {
        self == .chunked ? ByteBuffer(string: "0\r\n\r\n") : ByteBuffer()
    }
}
