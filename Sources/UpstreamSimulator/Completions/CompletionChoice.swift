import NIOCore

/// A choice of `text_completion`, plain or streamed.
struct CompletionChoice: ChoiceShape {
    private let particulars: CompletionParticulars

    let idPrefix = "cmpl-"
    let object = "text_completion"
    let chunkObject = "text_completion"
    let serviceFields = #""system_fingerprint":"\#(UpstreamReply.systemFingerprint)""#

    init(_ particulars: CompletionParticulars) {
        self.particulars = particulars
    }

    /// The prompt, where it is to be repeated: it comes before any content.
    func opening(choice: Int) -> ByteBuffer? {
        echo(choice).map { echo in
            var text = ByteBuffer()
            text.writeJSONText(echo)
            return content(choice: choice, piece: text)
        }
    }

    func content(choice: Int, piece: ByteBuffer) -> ByteBuffer {
        var fields = ByteBuffer(string: #""text":""#)
        fields.writeImmutableBuffer(piece)
        fields.writeString(#"","index":\#(choice)"#)
        return fields
    }

    func finish(choice: Int) -> ByteBuffer {
        content(choice: choice, piece: ByteBuffer())
    }

    func write(choice: Int, text: ReplyText, isEndless: Bool, to body: inout BodyParts) {
        body.json.writeStaticString(#""text":""#)
        if let echo = echo(choice) { body.json.writeJSONText(echo) }
        body.append(text, isEndless: isEndless)
        body.json.writeString(#"","index":\#(choice)"#)
    }

    /// The choices of one prompt stand together.
    private func echo(_ choice: Int) -> String? {
        particulars.echoes.isEmpty ? nil : particulars.echoes[choice / particulars.choicesEach]
    }
}
