import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension RelayExchange {
    /// Takes down what a stream's client gets, where its request carried an idempotency key.
    func keep(_ bytes: ByteBuffer) {
        guard keptBody != nil else { return }
        if keptBody!.readableBytes + bytes.readableBytes > AnswerVault.bodyLimit {
            keptBody = nil
            isTooLargeToKeep = true
        } else {
            keptBody!.writeImmutableBuffer(bytes)
        }
    }

    /// The answer is whole: seals it, so that a repeat of the request gets it again.
    func keepAnswer() {
        if isTooLargeToKeep { keeping = .tooLarge }
        guard let hold, keptBody != nil, let answerHead else { return }
        var terminal: ByteBuffer?
        switch answer {
        case .none, .refusal: return
        case .local(let body): keep(body)
        case .plain(let plain): keep(self.body(of: plain))
        case .stream(let stream): terminal = stream.scanner.terminal ?? ByteBuffer()
        }
        guard let body = keptBody, body.readableBytes + (terminal?.readableBytes ?? 0) <= AnswerVault.bodyLimit else {
            return keeping = .tooLarge
        }
        let kept = KeptAnswer(
            model: hold.model, contentType: answerHead.headers.first(name: "content-type") ?? "application/json", body: body,
            terminal: terminal)
        keeping = .sealed(loop.answers.seal(kept.encoded, Self.context(hold.account, hold.request)))
    }

    /// Reads a kept answer and gives it again.
    func give(_ replay: Replay) {
        observe(.answered)
        let read = loop.answers.read
        loop.eventLoop.makeFutureWithTask { await read(replay.answer, replay.original) }.assumeIsolated().whenComplete { [self] result in
            over(status: give(try? result.get(), replay))
        }
    }

    /// - Returns: the status that the client got.
    private func give(_ sealed: [UInt8]?, _ replay: Replay) -> Int {
        guard let client else { return 499 }
        guard let sealed, let opened = loop.answers.open(sealed, Self.context(key.account, replay.original)),
            let kept = KeptAnswer(encoded: opened)
        else {
            let refusal = Refusal(
                .responseNotStored, "The request was answered and charged, as \(replay.original); its answer can no longer be read.",
                param: "Idempotency-Key")
            client.refuse(refusal, id: request.id)
            return refusal.status
        }
        var headers = ResponseHeaders.replay(of: kept, as: request.id)
        guard let terminal = kept.terminal else {
            ResponseHeaders.add(charged: .zero, remaining: replay.available, to: &headers)
            client.respond(.ok, headers, kept.body)
            return 200
        }
        client.writeHead(.ok, headers)
        client.write(kept.body)
        client.write(
            StreamClosing.comment(
                requestID: request.id.description, charged: .zero, remaining: replay.available, allocator: client.allocator))
        client.write(terminal)
        client.end()
        return 200
    }

    /// What an answer is sealed for: it opens for its own account and request alone.
    private static func context(_ account: AccountID, _ request: RequestID) -> String { "\(account) \(request)" }
}
