extension AnswerScanner {
    /// Takes a byte between two tokens.
    @inline(__always)
    mutating func takeStructure(_ byte: UInt8, offset: Int) {
        switch state {
        case .value:
            startValue(byte, offset)
        case .firstElement:
            if byte == ASCII.closeBracket { close() } else { startValue(byte, offset) }
        case .firstKey:
            if byte == ASCII.closeBrace { close() } else { startKey(byte) }
        case .nextKey:
            startKey(byte)
        case .colon:
            state = byte == ASCII.colon ? .value : .malformed
        case .afterValue:
            if byte == ASCII.comma {
                state = nesting.isObject ? .nextKey : .value
            } else if byte == (nesting.isObject ? ASCII.closeBrace : ASCII.closeBracket) {
                close()
            } else {
                state = .malformed
            }
        default:
            state = .malformed
        }
    }

    @inline(__always)
    private mutating func startKey(_ byte: UInt8) {
        guard byte == ASCII.quote else {
            state = .malformed
            return
        }
        target = nesting.depth == roleDepth ? .key : .otherKey
        keyText.clear()
        state = .string
    }

    @inline(__always)
    private mutating func startValue(_ byte: UInt8, _ offset: Int) {
        let isKnown = nesting.depth == roleDepth
        target = .nothing
        if isKnown { noteValue(byte, offset) }
        switch byte {
        case ASCII.quote:
            state = .string
        case ASCII.openBrace, ASCII.openBracket:
            open(isObject: byte == ASCII.openBrace, isKnown: isKnown)
        case ASCII.minus, ASCII.zero...ASCII.nine:
            number = NumberScanner()
            _ = number.take(byte)
            state = .number
        case UInt8(ascii: "t"): startWord("true")
        case UInt8(ascii: "f"): startWord("false")
        case UInt8(ascii: "n"): startWord("null")
        case UInt8(ascii: "N"): startWord("NaN")
        case UInt8(ascii: "I"): startWord("Infinity")
        default:
            state = .malformed
        }
    }

    private mutating func startWord(_ word: StaticString) {
        self.word = word
        progress = 1
        state = .word
    }

    /// Notes what a value at a known place means, by its first byte.
    @inline(__always)
    private mutating func noteValue(_ byte: UInt8, _ offset: Int) {
        let isNull = byte == UInt8(ascii: "n")
        let isString = byte == ASCII.quote
        if role == .choices || role == .items || role == .outputs { hasChoices = true }
        switch key {
        case .other, .choices, .response, .delivery, .toolCalls, .functionCall, .function:
            break
        case .promptDetails, .inputDetails, .completionDetails, .outputDetails:
            break
        case .error:
            guard !isNull, !hasError else { break }
            hasError = true
            hadChoicesBeforeError = hasChoices
            hadModelBeforeError = modelValue != nil
            typeBeforeError = eventType
        case .usage:
            if isNull { hasNullUsage = true } else { hasUsageMember = true }
        case .model:
            guard isString else { break }
            target = .model
            modelStart = offset
        case .content:
            if isString { target = .content }
        case .type, .status:
            guard isString else { break }
            target = key == .type ? .type : .status
            wordText.clear()
        case .finishReason:
            if isString { target = .finishReason } else if !isNull { hasFinishReason = true }
        case .promptTokens, .inputTokens, .completionTokens, .outputTokens, .slice:
            noteCount(byte, isNull: isNull)
        }
    }

    /// A count may be a number, a number in a string, or null.
    private mutating func noteCount(_ byte: UInt8, isNull: Bool) {
        if isNull {
            report.setNull(role, key)
        } else if byte == ASCII.quote || byte == ASCII.minus || ASCII.isDigit(byte) {
            target = .count
            number = NumberScanner()
            isNonsense = false
        } else {
            report.set(nil, role, key)
        }
    }

    @inline(__always)
    private mutating func open(isObject: Bool, isKnown: Bool) {
        guard nesting.open(isObject: isObject) else {
            state = .malformed
            return
        }
        state = isObject ? .firstKey : .firstElement
        guard isKnown, let child = role.child(key, isObject: isObject, root: root) else { return }
        outerRoles = outerRoles << 8 | UInt64(role.rawValue)
        role = child
        roleDepth = nesting.depth
        key = .other
        if child == .usage { report = UsageReport() }
    }

    @inline(__always)
    private mutating func close() {
        if nesting.depth == roleDepth {
            if role == .usage, let reported = report.reported { usage = reported }
            role = AnswerRole(rawValue: UInt8(outerRoles & 0xFF)) ?? .document
            outerRoles >>= 8
            roleDepth &-= 1
            key = .other
        }
        nesting.close()
        endValue()
    }

    @inline(__always)
    mutating func endValue() { state = nesting.isEmpty ? .done : .afterValue }
}
