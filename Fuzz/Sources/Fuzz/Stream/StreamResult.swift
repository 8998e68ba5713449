internal import NIOCore
internal import RelayDomain

@testable internal import RelayWire

/// Everything that a ``StreamScanner`` gave on and said, to be compared as one.
struct StreamResult: Equatable {
    private(set) var forwarded: [UInt8] = []
    private(set) var terminal: [UInt8]?
    private(set) var phase: StreamScanner.Phase
    private(set) var usage: ReportedUsage?
    private(set) var contentByteCount: Int
    private(set) var hasFinishReason: Bool
    /// Empty where it is not collected.
    private(set) var text: [UInt8]

    var isBroken: Bool { phase == .failed || phase == .malformed }

    /// Reads the stream in these pieces, then its end.
    init(_ input: StreamInput, _ pieces: [ArraySlice<UInt8>]) {
        var scanner = StreamScanner(
            of: input.isTyped ? .responses : .chatCompletions, dropsUsageChunk: input.dropsUsageChunk && !input.isTyped,
            rewritesModelTo: input.model, collectsText: input.collectsText)
        for piece in pieces {
            if let bytes = scanner.receive(ByteBuffer(bytes: piece)) { forwarded += bytes.readableBytesView }
            require(
                input.isTyped || scanner.held.readableBytes <= StreamScanner.heldLimit + piece.count,
                "\(scanner.held.readableBytes) bytes are withheld after a piece of \(piece.count)")
            require(scanner.phase == .flowing || scanner.held.readableBytes == 0 || scanner.terminal != nil, "nothing is held at the end")
        }
        if let bytes = scanner.finish() { forwarded += bytes.readableBytesView }
        terminal = scanner.terminal.map { Array($0.readableBytesView) }
        phase = scanner.phase
        usage = scanner.usage
        contentByteCount = scanner.contentByteCount
        hasFinishReason = scanner.hasFinishReason
        text = scanner.takeDelivered()
        require(scanner.hasContent == (contentByteCount > 0 || hasFinishReason), "content is text or an end")
        require((terminal != nil) == (phase == .terminated), "a terminal event is what ends a stream")
    }
}
