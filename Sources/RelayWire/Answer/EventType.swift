/// The events of a response's stream that mean something to the relay. Source: OpenAI's API reference, "Streaming events".
enum EventType: UInt8, Sendable {
    /// A piece of the answer.
    case other
    /// Holds the response as far as it has come: `response.created`, `response.queued`, `response.in_progress`.
    case snapshot
    case completed, incomplete
    case failed
    /// `error`.
    case error

    init(_ text: KeyText) {
        self =
            if text.spells("response.completed") {
                .completed
            } else if text.spells("response.incomplete") {
                .incomplete
            } else if text.spells("response.failed") {
                .failed
            } else if text.spells("error") {
                .error
            } else if text.spells("response.created") || text.spells("response.queued") || text.spells("response.in_progress") {
                .snapshot
            } else {
                .other
            }
    }

    /// Whether the stream ends with it, and its answer is whole.
    var isEnd: Bool { self == .completed || self == .incomplete }

    var isFailure: Bool { self == .failed || self == .error }
}

/// How a response ended.
enum ResponseStatus: UInt8, Sendable {
    case completed, incomplete
    /// It has failed, or not ended.
    case other

    init(_ text: KeyText) {
        self = text.spells("completed") ? .completed : text.spells("incomplete") ? .incomplete : .other
    }
}

extension Endpoint {
    /// The role of a plain answer's object.
    var answerRole: AnswerRole {
        switch self {
        case .chatCompletions, .completions: .answer
        case .responses: .response
        case .embeddings, .moderations, .inputTokens: .listing
        }
    }

    /// The role of an event's object.
    var eventRole: AnswerRole { self == .responses ? .event : answerRole }
}
