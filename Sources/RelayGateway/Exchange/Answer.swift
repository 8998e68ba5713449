import NIOCore
import RelayDomain
import RelayWire

/// What an upstream's answer is read into. Of a stream only what has not been passed on is kept.
enum Answer {
    case none
    /// A plain answer, whole: it is passed on when it has been charged.
    case plain(AnswerScanner, ByteBuffer)
    /// A stream, and what came of it before its first content.
    case stream(StreamScanner, prelude: ByteBuffer)
    /// The relay's own, whole.
    case local(ByteBuffer)
    /// The upstream's own refusal.
    case refusal(ByteBuffer)

    /// The last usage that was reported.
    var usage: ReportedUsage? {
        switch self {
        case .plain(let scanner, _): scanner.usage
        case .stream(let scanner, _): scanner.usage
        case .none, .local, .refusal: nil
        }
    }

    /// Bytes of text, the basis of an estimate.
    var contentByteCount: Int {
        switch self {
        case .plain(let scanner, _): scanner.contentByteCount
        case .stream(let scanner, _): scanner.contentByteCount
        case .none, .local, .refusal: 0
        }
    }
}
