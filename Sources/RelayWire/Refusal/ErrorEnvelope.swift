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
