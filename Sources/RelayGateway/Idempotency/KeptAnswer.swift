import NIOCore

/// An answer as it is kept: what its client got, but for what concerned that one request.
struct KeptAnswer: Equatable {
    var model: String
    var contentType: String
    /// A plain answer's body; of a stream all that came before its terminal event.
    var body: ByteBuffer
    /// The terminal event of a stream: the relay's closing comment stands before it.
    var terminal: ByteBuffer?

    private static let version: UInt8 = 1

    init(model: String, contentType: String, body: ByteBuffer, terminal: ByteBuffer?) {
        self.model = model
        self.contentType = contentType
        self.body = body
        self.terminal = terminal
    }

    var encoded: [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(Self.version)
        for text in [model, contentType] {
            buffer.writeInteger(UInt16(clamping: text.utf8.count))
            buffer.writeString(text)
        }
        buffer.writeInteger(UInt32(body.readableBytes))
        buffer.writeImmutableBuffer(body)
        if let terminal { buffer.writeImmutableBuffer(terminal) }
        buffer.writeInteger(terminal == nil ? 0 as UInt8 : 1)
        return Array(buffer.readableBytesView)
    }

    /// nil for what was not encoded by this version.
    init?(encoded: [UInt8]) {
        var buffer = ByteBuffer(bytes: encoded)
        guard buffer.readInteger() == Self.version, let model = Self.text(&buffer), let contentType = Self.text(&buffer),
            let bodyLength = buffer.readInteger(as: UInt32.self), let body = buffer.readSlice(length: Int(bodyLength)),
            buffer.readableBytes > 0, let rest = buffer.readSlice(length: buffer.readableBytes - 1),
            let hasTerminal = buffer.readInteger(as: UInt8.self)
        else { return nil }
        self.init(model: model, contentType: contentType, body: body, terminal: hasTerminal == 1 ? rest : nil)
    }

    private static func text(_ buffer: inout ByteBuffer) -> String? {
        buffer.readInteger(as: UInt16.self).flatMap { buffer.readString(length: Int($0)) }
    }
}
