import RelayDomain

@testable import RelayWire

/// Everything that an ``AnswerScanner`` says of a document, to be compared as one.
struct AnswerOutcome: Equatable {
    var usage: ReportedUsage?
    var hasError: Bool
    var hasChoices: Bool
    var hasContent: Bool
    var hasFinishReason: Bool
    var contentByteCount: Int
    var isComplete: Bool
    var isMalformed: Bool
    var modelValue: Range<Int>?

    init(_ pieces: [[UInt8]], of endpoint: Endpoint = .chatCompletions) {
        var scanner = AnswerScanner(of: endpoint)
        for piece in pieces { piece.withUnsafeBytes { scanner.scan($0) } }
        usage = scanner.usage
        hasError = scanner.hasError
        hasChoices = scanner.hasChoices
        hasContent = scanner.hasContent
        hasFinishReason = scanner.hasFinishReason
        contentByteCount = scanner.contentByteCount
        isComplete = scanner.isComplete
        isMalformed = scanner.isMalformed
        modelValue = scanner.modelValue
    }

    init(_ text: String) { self.init([Array(text.utf8)]) }
}
