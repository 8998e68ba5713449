import Foundation
import NIOCore
import NIOHTTP1

/// A request as the simulator received it; also an element of `GET /simulator/requests`.
public struct RecordedRequest: Codable, Equatable, Sendable {
    /// A header field, with the name as it was written.
    public struct Field: Codable, Equatable, Sendable {
        public let name: String
        public let value: String
    }

    public let method: String
    public let path: String
    public let headers: [Field]
    /// The body where it is UTF-8.
    public let body: String?
    /// The body where it is not.
    public let bodyBase64: String?
    /// The length of the body that was received.
    public let bodyBytes: Int
    /// Whether the recorded body is only its beginning.
    public let truncated: Bool

    private enum CodingKeys: String, CodingKey {
        case method, path, headers, body, truncated
        case bodyBase64 = "body_base64"
        case bodyBytes = "body_bytes"
    }

    init(_ request: ReceivedRequest) {
        method = request.head.method.rawValue
        path = request.head.uri
        headers = request.head.headers.map { Field(name: $0.name, value: $0.value) }
        bodyBytes = request.body.readableBytes
        truncated = bodyBytes > SimulatorLimits.recordedBodyBytes
        let kept = request.body.readableBytesView.prefix(SimulatorLimits.recordedBodyBytes)
        // A body that was cut inside a character is text all the same to its reader, but not to a strict decoder: it goes out as base64.
        body = String(validating: kept, as: UTF8.self)
        bodyBase64 = body == nil ? Data(kept).base64EncodedString() : nil
    }

    /// About the memory it takes.
    var byteCount: Int {
        let fields = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        return fields + path.utf8.count + (body?.utf8.count ?? bodyBase64?.utf8.count ?? 0)
    }
}

/// A request with its whole body.
struct ReceivedRequest {
    let head: HTTPRequestHead
    let body: ByteBuffer
}
