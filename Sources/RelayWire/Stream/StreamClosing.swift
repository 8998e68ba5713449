public import NIOCore
public import RelayDomain

/// What the relay adds to the end of a stream that was settled.
public enum StreamClosing {
    /// `: nexrelay {"request_id":…,"credits_charged":…,"credits_remaining":…}`: one comment line, to stand directly before `data: [DONE]`.
    ///
    /// It ends with a single line feed on purpose. A blank line would dispatch an event, and official clients break on an event without
    /// data once the upstream has sent an `id:`.
    public static func comment(requestID: String, charged: Credits, remaining: Credits, allocator: ByteBufferAllocator) -> ByteBuffer {
        var writer = JSONWriter(appendingTo: allocator.buffer(capacity: 160))
        writer.raw(": nexrelay ")
        writer.beginObject()
        writer.key("request_id")
        writer.string(requestID)
        writer.key("credits_charged")
        writer.credits(charged)
        writer.key("credits_remaining")
        writer.credits(remaining)
        writer.endObject()
        writer.raw("\n")
        return writer.buffer
    }
}
