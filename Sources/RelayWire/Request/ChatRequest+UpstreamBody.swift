public import NIOCore

extension ChatRequest {
    /// The body that goes to the upstream: byte for byte what came, except for
    /// - `model`, which becomes `model`,
    /// - the output limit, in every field that the client used, else in a new `max_completion_tokens`,
    /// - `stream_options.include_usage`, which becomes true where the answer is streamed,
    /// - `models`, which is the relay's own and goes.
    ///
    /// - Parameters:
    ///   - body: the buffer that was scanned.
    ///   - maxOutputTokens: the limit of one answer.
    public func upstreamBody(from body: ByteBuffer, model: String, maxOutputTokens: Int64, allocator: ByteBufferAllocator) -> ByteBuffer {
        precondition(body.readableBytes == byteCount, "the body is not the one that was scanned")
        var splicer = BodySplicer()
        var inserted: [String] = []

        let name = JSONWriter.quoted(model)
        if let member = member(.model) { splicer.replace(member.value, with: name) } else { inserted.append(#""model":\#(name)"#) }
        limitOutput(maxOutputTokens, &splicer, &inserted)
        if isStream { includeUsage(&splicer, &inserted) }
        splicer.change(outline, inserting: inserted, removing: member(.models).map { [$0] } ?? [])
        return splicer.spliced(body, allocator: allocator)
    }

    private func member(_ field: ChatField) -> JSONMember? { outline.members[field.rawValue] }

    private func limitOutput(_ tokens: Int64, _ splicer: inout BodySplicer, _ inserted: inout [String]) {
        let given = [member(.maxTokens), member(.maxCompletionTokens)].compactMap(\.self).filter { $0.kind != .null }
        for member in given { splicer.replace(member.value, with: "\(tokens)") }
        guard given.isEmpty else { return }
        if let null = member(.maxCompletionTokens) {
            splicer.replace(null.value, with: "\(tokens)")
        } else {
            inserted.append(#""max_completion_tokens":\#(tokens)"#)
        }
    }

    private func includeUsage(_ splicer: inout BodySplicer, _ inserted: inout [String]) {
        guard !wantsUsage else { return }
        if let streamOptions {
            if let member = streamOptions.members[StreamOptionsField.includeUsage.rawValue] {
                splicer.replace(member.value, with: "true")
            } else {
                splicer.change(streamOptions, inserting: [#""include_usage":true"#])
            }
        } else if let null = member(.streamOptions) {
            splicer.replace(null.value, with: #"{"include_usage":true}"#)
        } else {
            inserted.append(#""stream_options":{"include_usage":true}"#)
        }
    }
}
