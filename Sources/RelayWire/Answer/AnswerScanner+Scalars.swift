extension AnswerScanner {
    /// Takes the plain text of a string up to its end, to an escape, or to the end of the piece.
    /// - Parameter offset: where the piece begins in the document.
    /// - Returns: how much of the piece was taken.
    @inline(__always)
    mutating func takeText(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int, _ offset: Int) -> Int {
        let at = ByteSearch.endOfText(bytes, from: start, to: end)
        let text = UnsafeRawBufferPointer(start: bytes + start, count: at &- start)
        let ending = at < end ? bytes.load(fromByteOffset: at, as: UInt8.self) : 0
        // Most keys lie in one piece and have no escapes: they are compared where they are.
        if ending == ASCII.quote, target == .otherKey || (target == .key && keyText.isEmpty) {
            if target == .key { key = AnswerKey(text, in: role) }
            return takeColon(bytes, at &+ 1, end)
        }
        if target != .nothing { noteText(text) }
        guard at < end else { return end }
        switch ending {
        case ASCII.quote:
            endString(offset: offset &+ at &+ 1)
            return at &+ 1
        case ASCII.backslash:
            state = .escape
            return at &+ 1
        default:
            state = .malformed
            return at
        }
    }

    /// Goes on behind a key. Nearly always its colon follows at once: then it is taken along.
    @inline(__always)
    private mutating func takeColon(_ bytes: UnsafeRawPointer, _ at: Int, _ end: Int) -> Int {
        guard at < end, bytes.load(fromByteOffset: at, as: UInt8.self) == ASCII.colon else {
            state = .colon
            return at
        }
        state = .value
        return at &+ 1
    }

    @inline(__always)
    private mutating func noteText(_ text: UnsafeRawBufferPointer) {
        switch target {
        case .nothing, .otherKey, .model: break
        case .key: keyText.append(text)
        case .content:
            contentByteCount &+= text.count
            if collectsText { delivered.append(text) }
        case .finishReason: if !text.isEmpty { hasFinishReason = true }
        case .type, .status: wordText.append(text)
        case .count: for byte in text where !isNonsense { isNonsense = !number.take(byte) }
        }
    }

    private mutating func endString(offset: Int) {
        switch target {
        case .key:
            key = keyText.key(in: role)
            state = .colon
            return
        case .otherKey:
            state = .colon
            return
        case .model:
            // An event that is known to be a piece of the answer is given on by now.
            if modelValue == nil, eventType != .other { modelValue = modelStart..<offset }
        case .count:
            report.set(isNonsense ? nil : number.tokens, role, key)
        case .type:
            let type = EventType(wordText)
            // Of two types nobody knows which one a client takes: such an event must not become whole.
            if let eventType, eventType != type {
                state = .malformed
                return
            }
            eventType = type
        case .status:
            status = ResponseStatus(wordText)
            if status != .other { hasFinishReason = true }
        case .nothing, .content, .finishReason:
            break
        }
        endValue()
    }

    /// Takes the byte after a backslash.
    mutating func takeEscape(_ byte: UInt8, _ at: inout Int) {
        if byte == UInt8(ascii: "u") {
            state = .unicode
            progress = 0
            escapedUnit = 0
        } else if let decoded = JSONText.simpleEscape(byte) {
            state = .string
            noteEscape(UInt32(decoded), length: 2)
        } else {
            state = .malformed
            return
        }
        at &+= 1
    }

    /// Takes one of the four digits of a `\u` escape.
    mutating func takeUnicode(_ byte: UInt8, _ at: inout Int) {
        guard let digit = ASCII.hexadecimalValue(byte) else {
            state = .malformed
            return
        }
        escapedUnit = escapedUnit << 4 | digit
        progress &+= 1
        at &+= 1
        guard progress == 4 else { return }
        state = .string
        noteEscape(escapedUnit, length: JSONText.longestEscape)
    }

    /// - Parameter unit: a code unit of UTF-16.
    private mutating func noteEscape(_ unit: UInt32, length: Int) {
        // No known key has a character beyond ASCII, so one stand-in is as good as another.
        let decoded = unit < 0x80 ? UInt8(unit) : 0xFF
        switch target {
        case .nothing, .otherKey, .model: break
        case .key: keyText.append(decoded)
        case .content:
            contentByteCount &+= length
            if collectsText { delivered.append(unit: unit) }
        case .finishReason: hasFinishReason = true
        case .type, .status: wordText.append(decoded)
        case .count: if !isNonsense { isNonsense = !number.take(decoded) }
        }
    }

    @inline(__always)
    mutating func takeNumber(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, number.take(bytes.load(fromByteOffset: at, as: UInt8.self)) { at &+= 1 }
        guard at < end else { return end }
        if number.isComplete {
            if target == .count { report.set(number.tokens, role, key) }
            endValue()
        } else if number.isBareMinus, bytes.load(fromByteOffset: at, as: UInt8.self) == UInt8(ascii: "I") {
            if target == .count { report.set(nil, role, key) }
            word = "Infinity"
            progress = 0
            state = .word
        } else {
            state = .malformed
        }
        return at
    }

    mutating func takeWord(_ byte: UInt8, _ at: inout Int) {
        guard byte == word.utf8Start[progress] else {
            state = .malformed
            return
        }
        progress &+= 1
        at &+= 1
        if progress == word.utf8CodeUnitCount { endValue() }
    }
}
