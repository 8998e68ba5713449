public import NIOCore

extension AnswerScanner {
    /// A plain answer's body with another model name in it, else byte for byte the same.
    /// - Parameters:
    ///   - body: the whole body.
    ///   - range: ``modelValue`` of that body.
    ///   - name: the name, not yet quoted.
    public func rewritingModel(in body: ByteBuffer, range: Range<Int>, to name: String) -> ByteBuffer {
        var splicer = BodySplicer()
        splicer.replace(range, with: JSONWriter.quoted(name))
        return splicer.spliced(body, allocator: ByteBufferAllocator())
    }
}
