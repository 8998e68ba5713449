internal import NIOCore

extension StreamScanner {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Reads a piece of the stream.
    mutating func read(_ input: UnsafeRawBufferPointer, _ output: inout StreamOutput) {
        guard let base = input.baseAddress else { return }
        eventStart = 0
        var at = 0
        while at < input.count, phase == .flowing {
            let byte = base.load(fromByteOffset: at, as: UInt8.self)
            if byte == ASCII.lineFeed, isAfterReturn {
                at &+= 1
                takeLineFeed(at, &output)
            } else if byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
                at &+= 1
                eventLength &+= 1
                isAfterReturn = byte == ASCII.carriageReturn
                endLine(at, &output)
            } else {
                isAfterReturn = false
                at = takeLineBytes(base, at, input.count, &output)
            }
            if fate == .undecided, eventLength > holdLimit, phase == .flowing { releaseLongEvent() }
        }
        switch phase {
        case .flowing: keepRest(input, &output)
        case .terminated: if at < input.count { completeTerminal(base.load(fromByteOffset: at, as: UInt8.self)) }
        case .failed, .malformed: held = ByteBuffer()
        }
    }

    /// The second half of a line end: it goes where the first half went.
    private mutating func takeLineFeed(_ end: Int, _ output: inout StreamOutput) {
        isAfterReturn = false
        if eventLength > 0 {
            eventLength &+= 1
        } else {
            if forwardsLineFeed { output.append(eventStart..<end) }
            eventStart = end
        }
    }

    /// Takes bytes of a line, at least one.
    /// - Returns: where it stopped: before a line end, at the end of the piece, or where the limit of what is withheld is passed.
    @inline(__always)
    private mutating func takeLineBytes(_ base: UnsafeRawPointer, _ start: Int, _ count: Int, _ output: inout StreamOutput) -> Int {
        // Up to the limit, and one byte beyond, so that the limit does the same wherever the stream is cut.
        let end = fate == .undecided ? min(count, start &+ holdLimit &+ 1 &- eventLength) : count
        switch line.kind {
        case .start, .name, .event:
            takeNameByte(base.load(fromByteOffset: start, as: UInt8.self))
            eventLength &+= 1
            if line.kind == .data { beginData(start &+ 1, &output) }
            return start &+ 1
        case .data:
            let lineEnd = ByteSearch.endOfLine(base, from: start, to: end)
            takePayload(UnsafeRawBufferPointer(start: base + start, count: lineEnd &- start), at: start, &output)
            return lineEnd
        case .other, .comment:
            let lineEnd = ByteSearch.endOfLine(base, from: start, to: end)
            eventLength &+= lineEnd &- start
            return lineEnd
        }
    }

    @inline(__always)
    private mutating func takeNameByte(_ byte: UInt8) {
        if markProgress < 3 {
            if byte == Self.byteOrderMark[markProgress] {
                markProgress += 1
                return
            }
            endMark()
        }
        line.take(byte)
    }

    /// A mark is whole and the first of all, or it is a part of the first line's name.
    mutating func endMark() {
        if markProgress == 1 || markProgress == 2 { line.take(Self.byteOrderMark[0]) }
        markProgress = 3
    }

    private mutating func beginData(_ end: Int, _ output: inout StreamOutput) {
        dataLines &+= 1
        guard dataLines > 1 else { return }
        withUnsafeBytes(of: ASCII.lineFeed) {
            done.take($0)
            answer.scan($0)
        }
        if answer.isMalformed, !done.isPossible { endMalformed(end, closes: true, &output) }
    }

    @inline(__always)
    private mutating func takePayload(_ text: UnsafeRawBufferPointer, at start: Int, _ output: inout StreamOutput) {
        let lineOffset = eventLength &- answer.position
        done.take(text)
        let taken = answer.consume(text)
        eventLength &+= taken
        if fate == .undecided {
            if modelText != nil, modelRange == nil, let range = answer.modelValue {
                modelRange = range.lowerBound &+ lineOffset..<range.upperBound &+ lineOffset
            }
            decide()
        }
        guard answer.isMalformed else { return }
        if done.isPossible { eventLength &+= text.count &- taken } else { endMalformed(start &+ taken, closes: true, &output) }
    }

    /// Ends the line.
    /// - Parameter end: where its line end ends in the piece.
    mutating func endLine(_ end: Int, _ output: inout StreamOutput) {
        endMark()
        if line.kind == .name {
            line.endName()
            if line.kind == .data { beginData(end, &output) }
        }
        switch line.kind {
        case .start:
            endEvent(end, &output)
            return
        case .comment:
            // Nothing hangs on a comment between events: it need not wait.
            if dataLines == 0, !hasFields {
                forward(end, &output)
                beginEvent(end, wasForwarded: true)
            }
        case .event, .other, .name:
            hasFields = true
            if line.isErrorEvent, fate == .undecided { fate = .doomed }
            if line.isErrorEvent { isErrorEvent = true }
            if isTyped, line.kind == .event { namedType = EventType(line.name) }
        case .data:
            break
        }
        line.reset()
    }
}
