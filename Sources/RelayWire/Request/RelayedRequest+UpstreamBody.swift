public import NIOCore

extension RelayedRequest {
    /// The body that goes to the upstream: byte for byte what came, except for
    /// - `model`, which becomes `model`,
    /// - the output limit, in every field that the client used, else in a new one,
    /// - `stream_options.include_usage`, which becomes true where the answer is streamed,
    /// - `store`, which becomes false wherever it would be anything else,
    /// - `user`, `prompt_cache_key` and `safety_identifier`, which become pseudonyms,
    /// - `models`, which is the relay's own and goes.
    ///
    /// - Parameters:
    ///   - body: the buffer that was scanned.
    ///   - maxOutputTokens: the limit of one answer.
    ///   - asksForUsage: whether a stream is asked to report usage.
    ///   - pseudonym: what stands for a customer's identifier, decoded, so that no other account's is the same: ASCII without quotes.
    public func upstreamBody(
        from body: ByteBuffer, model: String, maxOutputTokens: Int64, asksForUsage: Bool = true, allocator: ByteBufferAllocator,
        pseudonym: (UnsafeRawBufferPointer) -> String
    ) -> ByteBuffer {
        precondition(body.readableBytes == byteCount, "the body is not the one that was scanned")
        var splicer = BodySplicer()
        var inserted: [String] = []

        let name = JSONWriter.quoted(model)
        if let member = member(.model) { splicer.replace(member.value, with: name) } else { inserted.append(#""model":\#(name)"#) }
        if let field = endpoint.outputFields.first { limitOutput(maxOutputTokens, field, &splicer, &inserted) }
        if isStream, asksForUsage { includeUsage(&splicer, &inserted) }
        forbidStoring(body, &splicer, &inserted)
        hideIdentifiers(body, &splicer, pseudonym)
        splicer.change(outline, inserting: inserted, removing: member(.models).map { [$0] } ?? [])
        return splicer.spliced(body, allocator: allocator)
    }

    private func member(_ field: BodyField) -> JSONMember? { outline.members[field.rawValue] }

    private func limitOutput(_ tokens: Int64, _ added: BodyField, _ splicer: inout BodySplicer, _ inserted: inout [String]) {
        let given = endpoint.outputFields.compactMap(member).filter { $0.kind != .null }
        for member in given { splicer.replace(member.value, with: "\(tokens)") }
        guard given.isEmpty else { return }
        if let null = member(added) {
            splicer.replace(null.value, with: "\(tokens)")
        } else {
            inserted.append(#""\#(added.key)":\#(tokens)"#)
        }
    }

    private func forbidStoring(_ body: ByteBuffer, _ splicer: inout BodySplicer, _ inserted: inout [String]) {
        guard let member = member(.store) else {
            if endpoint.storesByDefault { inserted.append(#""store":false"#) }
            return
        }
        // Only `false` is as short as this, and `null` is a default that may be true.
        let isFalse = member.kind == .bool && member.value.count == 5
        let isHarmless = isFalse || (member.kind == .null && !endpoint.storesByDefault)
        if !isHarmless { splicer.replace(member.value, with: "false") }
    }

    private func hideIdentifiers(_ body: ByteBuffer, _ splicer: inout BodySplicer, _ pseudonym: (UnsafeRawBufferPointer) -> String) {
        for field in BodyField.identifiers {
            guard let member = member(field), member.kind == .string else { continue }
            var text: [UInt8] = []
            body.withUnsafeReadableBytes { bytes in
                let inside = member.value.lowerBound + 1..<member.value.upperBound - 1
                JSONText.decode(UnsafeRawBufferPointer(rebasing: bytes[inside]), into: &text)
            }
            splicer.replace(member.value, with: JSONWriter.quoted(text.withUnsafeBytes(pseudonym)))
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
