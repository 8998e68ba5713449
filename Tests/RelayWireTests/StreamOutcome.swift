import NIOCore
import RelayDomain

@testable import RelayWire

/// Everything that a ``StreamScanner`` gave on and said of a stream, to be compared as one.
struct StreamOutcome: Equatable {
    var forwarded: [UInt8] = []
    var terminal: String?
    var phase = StreamScanner.Phase.flowing
    var usage: ReportedUsage?
    var contentByteCount = 0
    var hasContent = false
    var hasFinishReason = false

    /// Reads the stream in these pieces, then its end.
    init(_ pieces: [[UInt8]], of endpoint: Endpoint = .chatCompletions, dropsUsageChunk: Bool = false, model: String? = nil) {
        var scanner = StreamScanner(of: endpoint, dropsUsageChunk: dropsUsageChunk, rewritesModelTo: model)
        var bytes = ByteBuffer()
        for piece in pieces {
            if let forwarded = scanner.receive(ByteBuffer(bytes: piece)) { bytes.writeImmutableBuffer(forwarded) }
        }
        if let forwarded = scanner.finish() { bytes.writeImmutableBuffer(forwarded) }
        forwarded = Array(bytes.readableBytesView)
        terminal = scanner.terminal.map { String(buffer: $0) }
        phase = scanner.phase
        usage = scanner.usage
        contentByteCount = scanner.contentByteCount
        hasContent = scanner.hasContent
        hasFinishReason = scanner.hasFinishReason
    }

    /// What was given on, to be read by people; bytes that are no UTF-8 are replaced.
    var text: String { String(decoding: forwarded, as: UTF8.self) }
}
