import NIOCore
import NIOHTTP1

/// What the request's connection allows for an answer.
struct ConnectionTraits: Equatable, Sendable {
    /// Whether the client wants the connection again.
    var keepsAlive = true
    /// HTTP/1.0: no transfer chunks, and keeping alive must be said.
    var isHTTP10 = false
}

/// The head of an answer, as bytes.
struct AnswerHead: Equatable, Sendable {
    var status = 200
    var contentType: String? = "application/json"
    var framing: BodyFraming
    var fields: [(name: String, value: String)] = []
    var connection: ConnectionTraits

    /// Whether the connection ends with the answer.
    var closes: Bool { !connection.keepsAlive || framing == .untilClose }

    var bytes: ByteBuffer {
        var head = ByteBuffer()
        head.writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        if let contentType { head.writeString("content-type: \(contentType)\r\n") }
        head.writeString(framing.headerLine)
        for field in fields { head.writeString("\(field.name): \(field.value)\r\n") }
        if closes {
            head.writeStaticString("connection: close\r\n")
        } else if connection.isHTTP10 {
            head.writeStaticString("connection: keep-alive\r\n")
        }
        head.writeStaticString("\r\n")
        return head
    }

    /// What the real API tells its customer, and a relay must not tell its own.
    static let customerFields: [(name: String, value: String)] = [
        ("set-cookie", "__cf_bm=simulated; path=/; HttpOnly; Secure"),
        ("openai-organization", "simulated-organization"),
        ("openai-project", "proj_simulated"),
        ("openai-processing-ms", "5"),
        ("openai-version", "2020-10-01"),
        ("x-request-id", "req_simulated"),
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-remaining-requests", "9999"),
        ("x-ratelimit-reset-requests", "6ms"),
        ("x-ratelimit-limit-tokens", "30000000"),
        ("x-ratelimit-remaining-tokens", "29999990"),
        ("x-ratelimit-reset-tokens", "0s"),
    ]

    static func == (a: AnswerHead, b: AnswerHead) -> Bool { a.bytes == b.bytes }
}
