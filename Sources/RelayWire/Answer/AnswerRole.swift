/// What an open array or object of an answer is to the relay. Everything else is only balanced, never looked into.
enum AnswerRole: UInt8 {
    /// Outside the document's value.
    case document
    /// A chat completion, plain or a piece of a stream, or a text completion.
    case answer
    /// Embeddings or moderations.
    case listing
    /// A response, and an event of its stream, which may hold all of it as far as it has come.
    case response, event, eventResponse
    case usage
    case promptDetails, inputDetails, completionDetails, outputDetails
    case choices, choice
    /// The data or results of a listing; the output of a response in an event.
    case items
    case outputs, output
    /// `delta` or `message`: what the model says.
    case delivery
    case contentParts, contentPart
    case toolCalls, toolCall
    case function, functionCall

    /// The role of a container that is a value in one of this role, nil where it has none.
    /// - Parameters:
    ///   - key: its key, where this is an object.
    ///   - root: the role of the document's own object.
    func child(_ key: AnswerKey, isObject: Bool, root: AnswerRole) -> AnswerRole? {
        guard isObject else {
            return switch (self, key) {
            case (.answer, .choices): .choices
            case (.delivery, .content), (.output, .content): .contentParts
            case (.delivery, .toolCalls): .toolCalls
            case (.listing, .choices), (.eventResponse, .choices): .items
            case (.response, .choices): .outputs
            default: nil
            }
        }
        return switch self {
        case .document: root
        case .answer, .listing, .response, .eventResponse: key == .usage ? .usage : nil
        case .event: key == .response ? .eventResponse : nil
        case .outputs: .output
        case .usage:
            switch key {
            case .promptDetails: .promptDetails
            case .inputDetails: .inputDetails
            case .completionDetails: .completionDetails
            case .outputDetails: .outputDetails
            default: nil
            }
        case .choices: .choice
        case .choice: key == .delivery ? .delivery : nil
        case .delivery: key == .functionCall ? .functionCall : nil
        case .contentParts: .contentPart
        case .toolCalls: .toolCall
        case .toolCall: key == .function ? .function : nil
        default: nil
        }
    }
}

/// The keys that mean something to the relay, each in its own role only.
enum AnswerKey: UInt8 {
    case other
    /// What an answer answers with: `choices`, `output`, `data` or `results`.
    case choices
    case error, usage, model
    /// `type` of an event, and its `response`.
    case type, response
    /// How a response ended.
    case status
    case delivery, finishReason
    /// A member whose string is delivered text. In ``AnswerRole/delivery`` it may be an array of parts too.
    case content
    case toolCalls, functionCall, function
    case promptTokens, inputTokens, completionTokens, outputTokens
    case promptDetails, inputDetails, completionDetails, outputDetails
    /// `cached_tokens` or `reasoning_tokens`: the one slice that counts among the details of its role.
    case slice

    /// The longest key of all: `completion_tokens_details`.
    static let byteLimit = 32

    /// - Parameter text: the decoded key.
    @inline(__always)
    init(_ text: UnsafeRawBufferPointer, in role: AnswerRole) {
        switch role {
        case .answer: self = Self.ofAnswer(text)
        case .listing: self = text.spells("data") || text.spells("results") ? .choices : Self.ofAnswer(text)
        case .response: self = text.spells("status") ? .status : Self.ofResponse(text)
        case .eventResponse: self = Self.ofResponse(text)
        case .event: self = Self.ofEvent(text)
        case .output: self = Self.ofOutput(text)
        case .choice: self = Self.ofChoice(text)
        case .delivery: self = Self.ofDelivery(text)
        case .usage: self = Self.ofUsage(text)
        case .toolCall: self = text.spells("function") || text.spells("custom") ? .function : .other
        case .function, .functionCall:
            self = text.spells("arguments") || text.spells("name") || text.spells("input") ? .content : .other
        case .contentPart: self = text.spells("text") || text.spells("refusal") ? .content : .other
        case .promptDetails, .inputDetails: self = text.spells("cached_tokens") ? .slice : .other
        case .completionDetails, .outputDetails: self = text.spells("reasoning_tokens") ? .slice : .other
        case .document, .choices, .items, .outputs, .contentParts, .toolCalls: self = .other
        }
    }

    private static func ofAnswer(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 5: text.spells("model") ? .model : text.spells("usage") ? .usage : text.spells("error") ? .error : .other
        case 7: text.spells("choices") ? .choices : .other
        default: .other
        }
    }

    private static func ofResponse(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 5: text.spells("model") ? .model : text.spells("usage") ? .usage : text.spells("error") ? .error : .other
        case 6: text.spells("output") ? .choices : .other
        default: .other
        }
    }

    private static func ofEvent(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 4: text.spells("type") ? .type : .other
        case 5: text.spells("delta") ? .content : text.spells("error") ? .error : .other
        case 8: text.spells("response") ? .response : .other
        default: .other
        }
    }

    private static func ofOutput(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        let isText = text.spells("content") || text.spells("summary") || text.spells("arguments") || text.spells("name")
        return isText || text.spells("input") ? .content : .other
    }

    private static func ofChoice(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 4: text.spells("text") ? .content : .other
        case 5: text.spells("delta") ? .delivery : .other
        case 7: text.spells("message") ? .delivery : .other
        case 13: text.spells("finish_reason") ? .finishReason : .other
        default: .other
        }
    }

    private static func ofDelivery(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 7: text.spells("content") || text.spells("refusal") ? .content : .other
        case 9: text.spells("reasoning") ? .content : .other
        case 10: text.spells("tool_calls") ? .toolCalls : .other
        case 13: text.spells("function_call") ? .functionCall : .other
        case 17: text.spells("reasoning_content") ? .content : .other
        default: .other
        }
    }

    private static func ofUsage(_ text: UnsafeRawBufferPointer) -> AnswerKey {
        switch text.count {
        case 12: text.spells("input_tokens") ? .inputTokens : .other
        case 13: text.spells("prompt_tokens") ? .promptTokens : text.spells("output_tokens") ? .outputTokens : .other
        case 17: text.spells("completion_tokens") ? .completionTokens : .other
        case 20: text.spells("input_tokens_details") ? .inputDetails : .other
        case 21:
            text.spells("prompt_tokens_details") ? .promptDetails : text.spells("output_tokens_details") ? .outputDetails : .other
        case 25: text.spells("completion_tokens_details") ? .completionDetails : .other
        default: .other
        }
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    func spells(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount, let baseAddress else { return false }
        for offset in 0..<count where baseAddress.load(fromByteOffset: offset, as: UInt8.self) != word.utf8Start[offset] { return false }
        return true
    }
}
