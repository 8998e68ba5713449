internal import NIOCore

extension StreamScanner {
    /// Decides what becomes of the event, as soon as its bytes so far tell.
    @inline(__always)
    mutating func decide() {
        if isTyped { return decideTyped() }
        let isRenamed = modelText == nil || modelRange != nil
        if answer.hasError {
            let wasReleased = answer.hadChoicesBeforeError && (modelText == nil || answer.hadModelBeforeError)
            fate = wasReleased ? .released : .doomed
        } else if answer.hasChoices, isRenamed {
            fate = .released
        }
    }

    /// What is known of the event's type in the end: what its data says, else what its line says.
    private var eventType: EventType? { answer.eventType ?? namedType }

    /// How much of the event may be withheld: all of one that ends the stream, or might, or whose model is still to be renamed.
    var holdLimit: Int {
        guard isTyped else { return Self.heldLimit }
        return switch answer.eventType {
        case .completed, .incomplete, nil: terminalLimit
        case .snapshot: modelText == nil ? Self.heldLimit : terminalLimit
        case .other, .failed, .error: Self.heldLimit
        }
    }

    /// What the data says decides alone: a line may say something else.
    private mutating func decideTyped() {
        guard fate == .undecided else { return }
        // Where the bytes were cut makes no difference: what counts is what was known before the error.
        let type = answer.hasError ? answer.typeBeforeError : answer.eventType
        let isRenamed = modelText == nil || (answer.hasError ? answer.hadModelBeforeError : modelRange != nil)
        switch type {
        case .failed, .error: fate = .doomed
        case .other: fate = .released
        case .snapshot where isRenamed: fate = .released
        case .snapshot, .completed, .incomplete, nil: if answer.hasError { fate = .doomed }
        }
    }

    /// Decides on an event that is longer than what may be withheld.
    mutating func releaseLongEvent() {
        // An end that is longer than any answer, or what might be one.
        if isTyped, holdLimit > Self.heldLimit { return phase = .malformed }
        let isComment = line.kind == .comment && dataLines == 0 && !hasFields
        if isComment || (dataLines > 0 && !done.isPossible) {
            fate = .released
        } else {
            // So long, and no JSON has begun: this is no answer.
            phase = .malformed
        }
    }

    /// Ends the event.
    /// - Parameter end: where its blank line ends in the piece.
    mutating func endEvent(_ end: Int, _ output: inout StreamOutput) {
        if fate == .doomed {
            phase = .failed
            return
        }
        if dataLines > 0 {
            if done.isComplete {
                // A response has its own end; this is what some upstreams put behind it.
                if isTyped { drop(end) } else { terminate(end, output) }
                return
            }
            if isTyped, answer.isComplete, let type = eventType, type.isEnd {
                if type == .incomplete || answer.hasChoices || answer.hasOutputTokens { pastFinishReason = true }
                terminate(end, output)
                return
            }
            if answer.isBlank || isUnwantedUsage {
                drop(end)
                return
            }
            guard answer.isComplete else {
                endMalformed(end, closes: false, &output)
                return
            }
        }
        forward(end, &output)
        if answer.hasError || isErrorEvent || (isTyped && eventType?.isFailure ?? false) {
            phase = .failed
            return
        }
        beginEvent(end, wasForwarded: true)
    }

    private var isUnwantedUsage: Bool {
        dropsUsageChunk && fate == .undecided && answer.isComplete && !answer.hasChoices && (answer.hasUsageMember || answer.hasNullUsage)
    }

    private mutating func drop(_ end: Int) {
        releaseHeld()
        beginEvent(end, wasForwarded: false)
    }

    private mutating func terminate(_ end: Int, _ output: StreamOutput) {
        var event = ByteBuffer()
        event.reserveCapacity(held.readableBytes + end - eventStart + 1)
        event.writeImmutableBuffer(held)
        event.writeBytes(output.inputBytes(eventStart..<end))
        if let range = modelRange, let modelText {
            var splicer = BodySplicer()
            splicer.replace(range, with: modelText)
            event = splicer.spliced(event, allocator: ByteBufferAllocator())
        }
        held = ByteBuffer()
        terminal = event
        phase = .terminated
    }

    /// Ends the stream at a byte that no JSON can have.
    /// - Parameters:
    ///   - end: where the event's good bytes end in the piece.
    ///   - closes: whether the event's line is still open. What follows on the wire must not run into it.
    mutating func endMalformed(_ end: Int, closes: Bool, _ output: inout StreamOutput) {
        phase = .malformed
        guard fate == .released else { return }
        forward(end, &output)
        if closes { output.append(copying: "\n\n") }
        eventLength = 0
    }

    /// Gives on all bytes of the event that were withheld, up to `end` in the piece, with the model's name replaced where it is known.
    mutating func forward(_ end: Int, _ output: inout StreamOutput) {
        if let range = modelRange, let modelText {
            append(0..<range.lowerBound, &output)
            output.append(copying: modelText)
            append(range.upperBound..<held.readableBytes + end - eventStart, &output)
            modelRange = nil
        } else {
            held.withUnsafeReadableBytes { output.append(copying: $0) }
            output.append(eventStart..<end)
        }
        releaseHeld()
        eventStart = end
    }

    /// Appends a range of the event, of which the first bytes are held and the others lie in the piece.
    private func append(_ range: Range<Int>, _ output: inout StreamOutput) {
        let heldCount = held.readableBytes
        let inHeld = min(range.lowerBound, heldCount)..<min(range.upperBound, heldCount)
        held.withUnsafeReadableBytes { output.append(copying: UnsafeRawBufferPointer(rebasing: $0[inHeld])) }
        let inPiece = max(range.lowerBound - heldCount, 0)..<max(range.upperBound - heldCount, 0)
        output.append(eventStart + inPiece.lowerBound..<eventStart + inPiece.upperBound)
    }

    /// Starts on the next event.
    mutating func beginEvent(_ start: Int, wasForwarded: Bool) {
        if let usage = answer.usage { pastUsage = usage }
        if wasForwarded {
            pastContentByteCount &+= answer.contentByteCount
            pastFinishReason = pastFinishReason || answer.hasFinishReason
        }
        if answer.collectsText { answer.delivered.endEvent(isGiven: wasForwarded) }
        namedType = nil
        if dataLines > 0 {
            if wasForwarded { givenEventCount &+= 1 }
            answer.reset()
            done = DoneMark()
            dataLines = 0
        }
        line.reset()
        fate = .undecided
        eventLength = 0
        hasFields = false
        modelRange = nil
        forwardsLineFeed = wasForwarded
        eventStart = start
    }

    /// Keeps what may not go on yet: as a copy, because a part of the piece would hold on to the whole of it.
    mutating func keepRest(_ input: UnsafeRawBufferPointer, _ output: inout StreamOutput) {
        switch fate {
        case .released: forward(input.count, &output)
        case .undecided: held.writeBytes(UnsafeRawBufferPointer(rebasing: input[eventStart...]))
        case .doomed: releaseHeld()
        }
    }

    private mutating func releaseHeld() {
        // A large one is not kept: most streams have one large event at most.
        if held.capacity > Self.keptCapacity { held = ByteBuffer() } else if held.readableBytes > 0 { held.clear() }
    }

    /// The most bytes of memory that a stream keeps while nothing is withheld.
    private static let keptCapacity = 4_096
}
