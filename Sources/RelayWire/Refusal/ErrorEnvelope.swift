public import NIOCore
public import RelayDomain

/// A refusal as OpenAI's clients read it: `{"error":{"message":…,"type":…,"param":…,"code":…}}`, all four keys always present.
public enum ErrorEnvelope {
    /// The body of a plain answer.
    public static func body(of refusal: Refusal, allocator: ByteBufferAllocator) -> ByteBuffer {
        var writer = JSONWriter(appendingTo: allocator.buffer(capacity: capacity(for: refusal)))
        write(refusal, to: &writer)
        return writer.buffer
    }

    /// The event that ends a stream that failed: `data: {"error":{…}}` and a blank line. No `[DONE]` may follow it.
    public static func streamEvent(of refusal: Refusal, allocator: ByteBufferAllocator) -> ByteBuffer {
        var writer = JSONWriter(appendingTo: allocator.buffer(capacity: capacity(for: refusal)))
        writer.raw("data: ")
        write(refusal, to: &writer)
        writer.raw("\n\n")
        return writer.buffer
    }

    /// The event that ends a response's stream that failed: `response.failed`, with the refusal as the response's error.
    /// - Parameters:
    ///   - number: its sequence number: how many events went before it.
    ///   - id: the response's id.
    ///   - createdSeconds: since 1970.
    public static func failedResponse(
        _ refusal: Refusal, number: Int, id: String, model: String, createdSeconds: Int64, allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        var writer = JSONWriter(appendingTo: allocator.buffer(capacity: 512 + refusal.message.utf8.count))
        writer.raw("event: response.failed\ndata: ")
        writer.beginObject()
        writer.key("type")
        writer.string("response.failed")
        writer.key("sequence_number")
        writer.integer(Int64(number))
        writer.key("response")
        writer.beginObject()
        for (key, text) in [("id", id), ("object", "response"), ("status", "failed"), ("model", model)] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("created_at")
        writer.integer(createdSeconds)
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(refusal.code.rawValue)
        writer.key("message")
        writer.string(refusal.message)
        writer.endObject()
        // What clients require of every response.
        for (key, value) in unknownParts {
            writer.key(key)
            writer.json(value)
        }
        writer.endObject()
        writer.endObject()
        writer.raw("\n\n")
        return writer.buffer
    }

    private static let unknownParts = [
        ("incomplete_details", "null"), ("instructions", "null"), ("metadata", "{}"), ("output", "[]"), ("parallel_tool_calls", "true"),
        ("temperature", "null"), ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_p", "null"), ("usage", "null"),
    ]

    private static func capacity(for refusal: Refusal) -> Int { 160 + refusal.message.utf8.count }

    private static func write(_ refusal: Refusal, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("message")
        writer.string(refusal.message)
        writer.key("type")
        writer.string(refusal.type)
        writer.key("param")
        writer.string(orNull: refusal.param)
        writer.key("code")
        writer.string(refusal.code.rawValue)
        writer.endObject()
        writer.endObject()
    }
}
