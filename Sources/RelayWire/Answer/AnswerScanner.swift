public import RelayDomain

/// Reads one JSON document of an upstream, a plain answer's body or the payload of one event, in any pieces, and notes what the relay
/// must know: usage, errors, and how much was delivered.
///
/// Constant size whatever comes. Keys count only at their own place: a prompt may hold `"usage":`. The text is not required to be
/// valid UTF-8, and `NaN` and `Infinity` pass, as some upstreams send them; else the grammar is RFC 8259's.
public struct AnswerScanner: Sendable {
    enum State: UInt8 {
        case value, firstElement, firstKey, nextKey, colon, afterValue
        case string, escape, unicode
        case number, word
        case done, malformed
    }

    /// What the string or number that is being read is for.
    enum Target: UInt8 {
        /// A key of a container that has a role, and of one that has none.
        case key, otherKey
        case nothing, content, finishReason, model, count
        /// The type of an event, or how a response ended.
        case type, status
    }

    /// The top-level `usage`, where it was an object with sensible figures. A later sensible one replaces it, a nonsense one does not.
    public internal(set) var usage: ReportedUsage?
    /// Whether the top level has an `error` that is not null.
    public internal(set) var hasError = false
    /// Whether what the endpoint answers with, its `choices`, `output`, `data` or `results`, is an array with an element.
    public internal(set) var hasChoices = false
    /// Whether a choice has a `finish_reason` that is neither null nor the empty string; of a response, whether it is `completed` or
    /// `incomplete`.
    public internal(set) var hasFinishReason = false
    /// The bytes of delivered strings as they stand between their quotes: text, refusals, reasoning, names and arguments of calls.
    public internal(set) var contentByteCount = 0
    /// The first `model` string of the answer with its quotes, as offsets from the document's first byte.
    public internal(set) var modelValue: Range<Int>?

    /// Whether the top level has a `usage` that is not null, sensible or not.
    var hasUsageMember = false
    /// Whether it has a `usage` that is null.
    var hasNullUsage = false
    /// What was known when the error began.
    var hadChoicesBeforeError = false
    var hadModelBeforeError = false
    var typeBeforeError: EventType?

    /// Of an event its `type`.
    var eventType: EventType?
    /// Of a response, as it stands alone, how it ended.
    var status: ResponseStatus?

    /// The role of the document's own object.
    let root: AnswerRole
    /// Whether ``delivered`` is filled.
    let collectsText: Bool
    /// The delivered strings, decoded, one behind the other.
    var delivered = DeliveredText()

    var state = State.value
    var target = Target.nothing
    var nesting = NestingStack()
    /// The innermost open container that has a role, and its depth. It is the innermost of all where the depths agree.
    var role = AnswerRole.document
    var roleDepth = 0
    /// The roles that it lies in, a byte each, the innermost in the lowest.
    var outerRoles: UInt64 = 0
    /// The key of the value to come, where the innermost container has a role.
    var key = AnswerKey.other
    var keyText = KeyText()
    /// The string of a ``Target/type`` or ``Target/status``.
    var wordText = KeyText()
    var report = UsageReport()
    var number = NumberScanner()
    var isNonsense = false
    var word: StaticString = ""
    /// How much of the word, or of the four digits of an escape, was read.
    var progress = 0
    var escapedUnit: UInt32 = 0
    var modelStart = 0
    /// How many bytes were read; of a malformed document, the offset of the byte at fault.
    var position = 0

    /// A plain answer's body.
    /// - Parameter collectsText: whether the delivered text is kept until it is taken, so that it can be counted.
    public init(of endpoint: Endpoint = .chatCompletions, collectsText: Bool = false) {
        self.init(root: endpoint.answerRole, collectsText: collectsText)
    }

    init(root: AnswerRole, collectsText: Bool) {
        self.root = root
        self.collectsText = collectsText
    }

    /// Starts on a new document. What was delivered before stays until it is taken.
    public mutating func reset() {
        let delivered = self.delivered
        self = AnswerScanner(root: root, collectsText: collectsText)
        self.delivered = delivered
    }

    /// The delivered text so far, from which it is taken.
    public mutating func takeDelivered() -> [UInt8] { delivered.take(all: true) }

    /// Whether anything was delivered: text, or the word that the answer is finished.
    public var hasContent: Bool { contentByteCount > 0 || hasFinishReason }

    /// Whether it is an answer of its endpoint, to its end.
    public var isUsable: Bool {
        guard isComplete, !hasError else { return false }
        guard root == .response else { return hasChoices }
        return status != .other && (hasChoices || status == .incomplete || hasOutputTokens)
    }

    /// Whether output was reported. A response may have come to nothing but thoughts: then its output has no element.
    var hasOutputTokens: Bool { usage.map { $0.completion > 0 } ?? false }

    /// Whether exactly one JSON value was read, to its end.
    public var isComplete: Bool { state == .done || (state == .number && nesting.isEmpty && number.isComplete) }

    /// Whether the document cannot become JSON whatever follows. Nothing is read from then on.
    public var isMalformed: Bool { state == .malformed }

    /// Whether nothing but white space was read.
    var isBlank: Bool { state == .value && nesting.isEmpty }

    /// Reads the next piece of the document.
    public mutating func scan(_ bytes: UnsafeRawBufferPointer) { _ = consume(bytes) }

    /// Reads the next piece of the document.
    /// - Returns: how many bytes were taken: all, or those before the byte at fault.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard state != .malformed, let base = bytes.baseAddress else { return 0 }
        let end = bytes.count
        let start = position
        var at = 0
        while at < end {
            switch state {
            case .string: at = takeText(base, at, end, start)
            case .number: at = takeNumber(base, at, end)
            case .escape: takeEscape(base.load(fromByteOffset: at, as: UInt8.self), &at)
            case .unicode: takeUnicode(base.load(fromByteOffset: at, as: UInt8.self), &at)
            case .word: takeWord(base.load(fromByteOffset: at, as: UInt8.self), &at)
            case .malformed:
                position = start &+ at
                return at
            default:
                let byte = base.load(fromByteOffset: at, as: UInt8.self)
                if !ASCII.isSpace(byte) { takeStructure(byte, offset: start &+ at) }
                if state != .malformed { at &+= 1 }
            }
        }
        position = start &+ at
        return at
    }
}
