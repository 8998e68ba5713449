/// What of a request becomes input, part by part: always at least what the upstream will report.
enum Prompt {
    /// - Parameter body: a whole body that was scanned.
    static func forEachPart(of body: UnsafeRawBufferPointer, for endpoint: Endpoint, _ visit: (PromptPart) -> Void) {
        withoutActuallyEscaping(visit) { visit in
            let body = JSONValueView(bytes: body.trimmed)
            let reader = PromptReader(visit: visit)
            switch endpoint {
            case .chatCompletions:
                var prompt = ChatPrompt(reader: reader)
                prompt.read(body)
            case .responses, .inputTokens:
                var prompt = ResponsePrompt(reader: reader)
                prompt.read(body)
            case .completions, .embeddings, .moderations:
                var prompt = TextPrompt(reader: reader)
                prompt.read(body, field: endpoint.promptField)
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Without JSON's white space at both ends.
    fileprivate var trimmed: UnsafeRawBufferPointer {
        var range = 0..<count
        while let first = range.first, ASCII.isSpace(self[first]) { range.removeFirst() }
        while let last = range.last, ASCII.isSpace(self[last]) { range.removeLast() }
        return UnsafeRawBufferPointer(rebasing: self[range])
    }
}
