internal import NIOCore

@testable internal import RelayWire

/// The scan of a plain answer: how it is cut makes no difference, and it says what a parser finds that shares nothing with it.
enum AnswerTarget {
    static func run(_ bytes: [UInt8]) {
        let whole = AnswerResult([bytes[...]])
        for pieces in Pieces.ways(bytes) {
            let result = AnswerResult(pieces)
            require(result == whole, "pieces of \(pieces.map(\.count)) give what the whole gives: \(result) and \(whole)")
        }
        let tree = JSONParser.parse(bytes, .upstream)
        require(whole.isComplete == (tree != nil), "an answer is whole: \(tree != nil): \(shown(bytes))")
        guard let tree else { return }
        compare(whole, ExpectedAnswer(tree), isText: String(validating: bytes, as: UTF8.self) != nil, bytes)
        if let model = whole.model { rewrite(bytes, tree, model) }
    }

    private static func compare(_ result: AnswerResult, _ expected: ExpectedAnswer, isText: Bool, _ bytes: [UInt8]) {
        requireEqual("usage", result.usage, expected.usage, of: bytes)
        requireEqual("hasError", result.hasError, expected.hasError, of: bytes)
        requireEqual("hasChoices", result.hasChoices, expected.hasChoices, of: bytes)
        requireEqual("hasFinishReason", result.hasFinishReason, expected.hasFinishReason, of: bytes)
        requireEqual("contentByteCount", result.contentByteCount, expected.contentByteCount, of: bytes)
        requireEqual("model", result.model, expected.model, of: bytes)
        if isText {
            requireEqual("text", String(decoding: result.text, as: UTF8.self), String(decoding: expected.text, as: UTF16.self), of: bytes)
        }
    }

    /// Another name for the model is the only change.
    private static func rewrite(_ bytes: [UInt8], _ tree: JSONTree, _ range: Range<Int>) {
        let name = "a \"name\"\n\\"
        let body = AnswerScanner().rewritingModel(in: ByteBuffer(bytes: bytes), range: range, to: name)
        let rewritten = Array(body.readableBytesView)
        let model = JSONParser.parse(rewritten, .upstream)?.members(named: "model").first { $0.value.range.lowerBound == range.lowerBound }
        require(model?.value.text == name, "the model has another name: \(shown(rewritten))")
        let end = model?.value.range.upperBound ?? 0
        require(
            rewritten[..<range.lowerBound] == bytes[..<range.lowerBound] && Array(rewritten[end...]) == Array(bytes[range.upperBound...]),
            "nothing else changes: \(shown(rewritten))")
    }
}
