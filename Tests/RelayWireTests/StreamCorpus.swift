import RelayDomain
import Testing

@testable import RelayWire

/// A stream as some upstream sends it, and what must come of it.
struct StreamCase: Sendable, CustomTestStringConvertible {
    var name: String
    var input: String
    /// What is given on.
    var forwarded: String
    var terminal: String?
    var phase = StreamScanner.Phase.flowing
    var usage: ReportedUsage?
    var contentByteCount = 0
    var hasFinishReason = false
    var dropsUsageChunk = false
    var model: String?

    var testDescription: String { name }
}

/// Single events, as they are put together to streams.
enum Event {
    static func content(_ text: String, _ more: String = "") -> String {
        #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"there","choices":[{"index":0,"delta":{"content":"\#(text)"},"logprobs":null,"finish_reason":null}]\#(more)}"#
    }
    static let finish = #"{"id":"c","model":"there","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    static let usage = #"{"id":"c","model":"there","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#
    static let reported = ReportedUsage(prompt: 5, completion: 7)
    static let done = "data: [DONE]\n\n"

    static func data(_ payload: String) -> String { "data: \(payload)\n\n" }
    static func renamed(_ text: String) -> String { text.replacing(#""model":"there""#, with: #""model":"here""#) }
}
