import NIOCore
import NIOHTTP1
import RelayDomain
import RelayTokenizer
import RelayWire

extension RelayExchange {
    /// The largest refusal of an upstream that is passed through.
    private static let refusalLimit = 1 << 20

    func beginAnswer() {
        guard let call else { return }
        countedTokens = 0
        guard call.isStream else { return answer = .plain(PlainAnswer(AnswerScanner(of: endpoint))) }
        let scanner = StreamScanner(
            of: endpoint, dropsUsageChunk: !call.wantsUsage, rewritesModelTo: alias, collectsText: countsDelivered,
            terminalLimit: loop.configuration.limits.answerBytes)
        answer = .stream(StreamedAnswer(scanner))
    }

    // MARK: What was delivered

    /// Text of a stream that is gathered before it is counted: few streams deliver more, and it takes a third of a millisecond.
    private static let countedAtOnceBytes = 4 << 10
    /// The largest plain answer that is read a second time to count its text, where it reports no usage.
    private static let recountedBytes = 128 << 10

    /// Whether the text of answers is counted, should their usage not be reported.
    private var countsDelivered: Bool { loop.billing.estimatesUnreported && loop.inputCounter.tokenizer != nil }

    /// Tokens of what was delivered, the basis of an estimate.
    func deliveredTokens() -> Int64 {
        guard let tokenizer = loop.inputCounter.tokenizer else { return Billing.tokens(ofBytes: Int64(answer.contentByteCount)) }
        switch answer {
        case .none, .local, .refusal: return 0
        case .stream(let stream):
            countedTokens += stream.scanner.takeDelivered().withUnsafeBytes { Int64(tokenizer.count($0)) }
            return countedTokens
        case .plain(let plain):
            guard plain.body.readableBytes <= Self.recountedBytes else {
                return Billing.tokens(ofBytes: Int64(plain.scanner.contentByteCount))
            }
            var reader = AnswerScanner(of: endpoint, collectsText: true)
            plain.body.withUnsafeReadableBytes { reader.scan($0) }
            return reader.takeDelivered().withUnsafeBytes { Int64(tokenizer.count($0)) }
        }
    }

    /// Counts what has gathered, so that a stream of any length takes constant memory.
    private func countGathered(_ stream: StreamedAnswer) {
        guard stream.scanner.collectedByteCount > Self.countedAtOnceBytes, let tokenizer = loop.inputCounter.tokenizer else { return }
        countedTokens += stream.scanner.takeDelivered().withUnsafeBytes { Int64(tokenizer.count($0)) }
    }

    // MARK: Bytes

    func upstreamBody(_ bytes: ByteBuffer) {
        if client == nil || isStalledSince == nil { waitDeadline = .now() + idleTimeout }
        guard mayDrain(bytes.readableBytes) else { return }
        switch answer {
        case .none, .local: break
        case .plain(let plain): receivePlain(bytes, plain)
        case .stream(let stream): receiveStream(bytes, stream)
        case .refusal(var collected):
            // Taken out and put back, so that it is not copied because it is referred to twice.
            answer = .none
            collected.writeImmutableBuffer(bytes)
            answer = .refusal(collected)
            if collected.readableBytes > Self.refusalLimit { fail(.failed) }
        }
    }

    private func receivePlain(_ bytes: ByteBuffer, _ plain: PlainAnswer) {
        bytes.withUnsafeReadableBytes { plain.scanner.scan($0) }
        if plain.body.readableBytes == 0 { plain.body = bytes } else { plain.body.writeImmutableBuffer(bytes) }
        // What is too large was asked for by its customer: it says nothing about the upstream.
        if plain.scanner.isMalformed {
            fail(.malformed)
        } else if plain.body.readableBytes > loop.configuration.limits.answerBytes {
            fail(.malformed, circuit: Circuit.Result.none)
        }
    }

    private func receiveStream(_ bytes: ByteBuffer, _ stream: StreamedAnswer) {
        guard stream.scanner.phase == .flowing else { return }
        let forward = stream.scanner.receive(bytes)
        countGathered(stream)
        pass(forward, of: stream)
        switch stream.scanner.phase {
        case .flowing: if stream.prelude.readableBytes > preludeLimit { fail(.malformed, circuit: Circuit.Result.none) }
        case .terminated: if stream.scanner.hasContent { complete() } else { fail(.malformed) }
        case .failed: fail(.failed)
        case .malformed: fail(.malformed)
        }
    }

    /// The first events of a response repeat its instructions and tools, some of them more than once, and escaped.
    private var preludeLimit: Int {
        let limits = loop.configuration.limits
        return endpoint == .responses ? min(limits.preludeBytes + 8 * bodyBytes, limits.answerBytes) : limits.preludeBytes
    }

    /// Passes bytes of a stream on; with its first content also the head, and what was kept back before.
    private func pass(_ bytes: ByteBuffer?, of stream: StreamedAnswer) {
        if case .relaying = exchange.state {
            if let bytes { queue(bytes) }
            return
        }
        guard stream.scanner.hasContent, case .attempting = exchange.state, let grant, let answerHead else {
            if let bytes { stream.prelude.writeImmutableBuffer(bytes) }
            return
        }
        let prelude = stream.prelude
        stream.prelude = ByteBuffer()
        noteFirstByte()
        exchange.answerBegan()
        if choice != nil { upstreams.routing.answerBegan(&choice!) }
        // There is no further attempt from here on.
        letGoOfBody()
        client?.writeHead(
            .ok,
            ResponseHeaders.answer(
                answerHead.headers, grant: grant, attempts: attempts.count + 1, askedOutputTokens: call?.askedOutputTokens))
        if prelude.readableBytes > 0 { queue(prelude) }
        if let bytes { queue(bytes) }
    }

    /// Gathers what one burst of reads brings, so that it is written as one piece: a write costs more than the copy of some hundred bytes.
    private func queue(_ bytes: ByteBuffer) {
        keep(bytes)
        guard client != nil else { return }
        if unwritten == nil { unwritten = bytes } else { unwritten!.writeImmutableBuffer(bytes) }
    }

    /// Writes what was gathered.
    func writeQueued() {
        guard let bytes = unwritten else { return }
        unwritten = nil
        client?.write(bytes)
    }

    private func noteFirstByte() {
        firstByteMilliseconds = (NIODeadline.now() - request.started).nanoseconds / 1_000_000
    }

    // MARK: The end

    func upstreamEnd() {
        connection = nil
        switch answer {
        case .none, .local: if attemptStatus != nil, isAttempting { fail(.malformed) }
        case .plain(let plain):
            guard plain.scanner.isUsable else { return fail(.malformed) }
            noteFirstByte()
            complete()
        case .stream(let stream): endStream(stream)
        case .refusal:
            guard isAttempting else { return }
            record(.refused)
            end(exchange.upstreamRefused())
        }
    }

    /// The upstream has closed a stream. Without a terminal event it is whole only when its last choice said so.
    private func endStream(_ stream: StreamedAnswer) {
        guard stream.scanner.phase == .flowing else { return }
        let forward = stream.scanner.finish()
        let phase = stream.scanner.phase
        let hasContent = stream.scanner.hasContent
        let isWhole = hasContent && (phase == .terminated || (phase == .flowing && stream.scanner.hasFinishReason))
        pass(forward, of: stream)
        if isWhole { complete() } else { fail(phase == .failed ? .failed : hasContent ? .broken : .malformed) }
    }

    /// The answer is whole: charge it.
    func complete() {
        switch exchange.state {
        case .attempting, .relaying: break
        case .receiving, .admitting, .moving, .settling, .done: return
        }
        let billing = endpoint.isMetered ? currentBilling : .settle(.none)
        // The end of the body is still to be read, so that the connection can serve again.
        connection?.resume()
        record(.answered)
        keepAnswer()
        end(exchange.answerEnded(billing: billing))
    }
}
