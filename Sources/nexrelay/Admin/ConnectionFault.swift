import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// Why an HTTP request got no answer, in a few words. Never what was sent.
enum ConnectionFault {
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return describe(first.error) }
            return "the name `\(error.host)` cannot be resolved"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded || error == .readTimeout:
            return "no answer in time"
        case let error as HTTPClientError: return error.shortDescription
        case is CancellationError: return "cancelled"
        default: return "\(error)"
        }
    }
}
