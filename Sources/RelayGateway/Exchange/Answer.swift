import NIOCore
import RelayDomain
import RelayWire

/// A plain answer, whole: it is passed on when it has been charged.
///
/// A class, as ``StreamedAnswer`` is: every piece of an answer is read in place, and copies neither the scanner nor what has gathered.
final class PlainAnswer {
    var scanner: AnswerScanner
    var body = ByteBuffer()

    init(_ scanner: AnswerScanner) {
        self.scanner = scanner
    }
}

/// A stream, and what came of it before its first content.
final class StreamedAnswer {
    var scanner: StreamScanner
    var prelude = ByteBuffer()

    init(_ scanner: StreamScanner) {
        self.scanner = scanner
    }
}

/// What an upstream's answer is read into. Of a stream only what has not been passed on is kept.
enum Answer {
    case none
    case plain(PlainAnswer)
    case stream(StreamedAnswer)
    /// The relay's own, whole.
    case local(ByteBuffer)
    /// The upstream's own refusal.
    case refusal(ByteBuffer)

    /// The last usage that was reported.
    var usage: ReportedUsage? {
        switch self {
        case .plain(let plain): plain.scanner.usage
        case .stream(let stream): stream.scanner.usage
        case .none, .local, .refusal: nil
        }
    }

    /// Bytes of text, the basis of an estimate.
    var contentByteCount: Int {
        switch self {
        case .plain(let plain): plain.scanner.contentByteCount
        case .stream(let stream): stream.scanner.contentByteCount
        case .none, .local, .refusal: 0
        }
    }
}
