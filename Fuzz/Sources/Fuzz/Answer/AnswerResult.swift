internal import RelayDomain

@testable internal import RelayWire

/// Everything that an ``AnswerScanner`` says of a document, to be compared as one.
struct AnswerResult: Equatable {
    let usage: ReportedUsage?
    let hasError: Bool
    let hasChoices: Bool
    let hasFinishReason: Bool
    let contentByteCount: Int
    let model: Range<Int>?
    let isComplete: Bool
    let isMalformed: Bool
    let text: [UInt8]

    init(_ pieces: [ArraySlice<UInt8>]) {
        var scanner = AnswerScanner(collectsText: true)
        for piece in pieces { piece.withUnsafeBytes { scanner.scan($0) } }
        usage = scanner.usage
        hasError = scanner.hasError
        hasChoices = scanner.hasChoices
        hasFinishReason = scanner.hasFinishReason
        contentByteCount = scanner.contentByteCount
        model = scanner.modelValue
        isComplete = scanner.isComplete
        isMalformed = scanner.isMalformed
        text = scanner.takeDelivered()
        require(scanner.hasContent == (contentByteCount > 0 || hasFinishReason), "content is text or an end")
        require(!(isComplete && isMalformed), "a malformed document is not complete")
    }
}
