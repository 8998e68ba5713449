import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension RelayExchange {
    /// The largest refusal of an upstream that is passed through.
    private static let refusalLimit = 1 << 20

    func beginAnswer() {
        guard let chat, let hold else { return }
        let name = pools[attempts.count].upstream.models[hold.model]
        let alias = name == hold.model ? nil : hold.model
        answer =
            chat.isStream
            ? .stream(StreamScanner(dropsUsageChunk: !chat.wantsUsage, rewritesModelTo: alias), prelude: ByteBuffer())
            : .plain(AnswerScanner(), ByteBuffer())
    }

    // MARK: Bytes

    func upstreamBody(_ bytes: ByteBuffer) {
        if client == nil || isStalledSince == nil { waitDeadline = .now() + idleTimeout }
        // Taken out and put back, so that no buffer is copied because it is referred to twice.
        let answer = self.answer
        self.answer = .none
        switch answer {
        case .none: break
        case .plain(let scanner, let collected): receivePlain(bytes, scanner, collected)
        case .stream(let scanner, let prelude): receiveStream(bytes, scanner, prelude)
        case .refusal(var collected):
            collected.writeImmutableBuffer(bytes)
            self.answer = .refusal(collected)
            if collected.readableBytes > Self.refusalLimit { fail(.failed) }
        }
    }

    private func receivePlain(_ bytes: ByteBuffer, _ scanner: consuming AnswerScanner, _ collected: consuming ByteBuffer) {
        bytes.withUnsafeReadableBytes { scanner.scan($0) }
        if collected.readableBytes == 0 { collected = bytes } else { collected.writeImmutableBuffer(bytes) }
        let isTooLarge = collected.readableBytes > loop.configuration.limits.answerBytes
        let isMalformed = scanner.isMalformed
        answer = .plain(scanner, collected)
        if isTooLarge || isMalformed { fail(.malformed) }
    }

    private func receiveStream(_ bytes: ByteBuffer, _ scanner: consuming StreamScanner, _ prelude: consuming ByteBuffer) {
        guard scanner.phase == .flowing else {
            answer = .stream(scanner, prelude: prelude)
            return
        }
        let forward = scanner.receive(bytes)
        let phase = scanner.phase
        let hasContent = scanner.hasContent
        pass(forward, scanner, prelude)
        switch phase {
        case .flowing:
            if case .stream(_, let prelude) = answer, prelude.readableBytes > loop.configuration.limits.preludeBytes { fail(.malformed) }
        case .terminated: if hasContent { complete() } else { fail(.malformed) }
        case .failed: fail(.failed)
        case .malformed: fail(.malformed)
        }
    }

    /// Passes bytes of a stream on; with its first content also the head, and what was kept back before.
    ///
    /// The answer is put back before anything is written: a write may tell of a client that has left, and that asks what to charge.
    private func pass(_ bytes: ByteBuffer?, _ scanner: consuming StreamScanner, _ prelude: consuming ByteBuffer) {
        let hasContent = scanner.hasContent
        if case .relaying = exchange.state {
            answer = .stream(scanner, prelude: prelude)
            if let bytes { queue(bytes) }
            return
        }
        guard hasContent, case .attempting = exchange.state, let grant, let answerHead else {
            if let bytes { prelude.writeImmutableBuffer(bytes) }
            answer = .stream(scanner, prelude: prelude)
            return
        }
        answer = .stream(scanner, prelude: ByteBuffer())
        noteFirstByte()
        exchange.answerBegan()
        // There is no further attempt from here on.
        body = ByteBuffer()
        guard let client else { return }
        client.writeHead(
            .ok,
            ResponseHeaders.answer(
                answerHead.headers, grant: grant, attempts: attempts.count + 1, askedOutputTokens: chat?.askedOutputTokens))
        if prelude.readableBytes > 0 { queue(prelude) }
        if let bytes { queue(bytes) }
    }

    /// Gathers what one burst of reads brings, so that it is written as one piece: a write costs more than the copy of some hundred bytes.
    private func queue(_ bytes: ByteBuffer) {
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
        case .none: if attemptStatus != nil, isWaiting { fail(.malformed) }
        case .plain(let scanner, _):
            guard scanner.isComplete, scanner.hasChoices, !scanner.hasError else { return fail(.malformed) }
            noteFirstByte()
            complete()
        case .stream(let scanner, let prelude): endStream(scanner, prelude)
        case .refusal:
            guard isWaiting else { return }
            record(.refused)
            end(exchange.upstreamRefused())
        }
    }

    private var isWaiting: Bool {
        if case .attempting = exchange.state { true } else { false }
    }

    /// The upstream has closed a stream. Without a terminal event it is whole only when its last choice said so.
    private func endStream(_ scanner: consuming StreamScanner, _ prelude: ByteBuffer) {
        guard scanner.phase == .flowing else { return }
        let forward = scanner.finish()
        let phase = scanner.phase
        let hasContent = scanner.hasContent
        let isWhole = hasContent && (phase == .terminated || (phase == .flowing && scanner.hasFinishReason))
        pass(forward, scanner, prelude)
        if isWhole { complete() } else { fail(phase == .failed ? .failed : hasContent ? .broken : .malformed) }
    }

    /// The answer is whole: charge it.
    private func complete() {
        switch exchange.state {
        case .attempting, .relaying: break
        case .receiving, .admitting, .settling, .done: return
        }
        let billing = currentBilling
        // The end of the body is still to be read, so that the connection can serve again.
        connection?.resume()
        record(.answered)
        end(exchange.answerEnded(billing: billing))
    }

    // MARK: What the client gets when the charge is durable

    func writeCompletion(to client: PublicHandler, _ grant: Grant, _ ended: Ended) {
        let hold = grant.hold
        switch answer {
        case .none, .refusal: preconditionFailure("an answer was completed without one")
        case .stream(let scanner, _):
            writeQueued()
            client.write(
                StreamClosing.comment(
                    requestID: hold.request.description, charged: ended.charged, remaining: ended.available, allocator: client.allocator))
            if let terminal = scanner.terminal { client.write(terminal) }
            client.end()
        case .plain(let scanner, let collected):
            guard let answerHead else { return }
            var headers = ResponseHeaders.answer(
                answerHead.headers, grant: grant, attempts: attempts.count, askedOutputTokens: chat?.askedOutputTokens)
            ResponseHeaders.add(ended, to: &headers)
            let isAliased = pools[attempts.count - 1].upstream.models[hold.model] != hold.model
            let body =
                if isAliased, let range = scanner.modelValue { scanner.rewritingModel(in: collected, range: range, to: hold.model) } else {
                    collected
                }
            client.respond(.ok, headers, body)
        }
    }

    func writePassedThrough(to client: PublicHandler, _ grant: Grant) {
        guard let answerHead, case .refusal(let body) = answer else { preconditionFailure("a refusal was passed through without one") }
        client.respond(
            answerHead.status,
            ResponseHeaders.answer(
                answerHead.headers, grant: grant, attempts: attempts.count, askedOutputTokens: chat?.askedOutputTokens),
            body)
    }
}
