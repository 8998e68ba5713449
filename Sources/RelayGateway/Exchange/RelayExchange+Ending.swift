import CoreMetrics
import Logging
import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension RelayExchange {
    /// Ends the hold. What the client still gets waits until that is durable.
    func end(_ outcome: HoldEnding.Outcome) {
        guard let hold else { preconditionFailure("an ending without a hold") }
        waitDeadline = nil
        endDraining()
        settleDeadline = .now() + TimeAmount(seconds: loop.configuration.limits.settleSeconds)
        let facts = ExchangeFacts(
            attempts: attempts, firstByteMilliseconds: firstByteMilliseconds,
            milliseconds: (NIODeadline.now() - request.started).nanoseconds / 1_000_000, isClientDisconnected: isClientDisconnected)
        let ending = HoldEnding(
            request: request.id, account: hold.account, outcome: outcome, facts: facts, answer: keeping, at: loop.now())
        keptBody = nil
        loop.ledger.perform(.end(ending)) { [self] reply in
            let finish = exchange.settled()
            observe(judgement(of: finish))
            if case .ended(let ended) = reply {
                loop.metrics.openHolds.decrement()
                if case .settle(let usage) = outcome { loop.metrics.charged(usage, ended.charged) }
                write(finish, ended)
            } else {
                // The books could not take the ending: the client must not take its answer for whole.
                loop.logger.error("a hold could not be ended", metadata: ["request": "\(request.id)"])
                client?.close()
            }
            // An upstream that has not ended its answer by now, though its last event came, does not keep the connection.
            connection?.abandon()
            connection = nil
            over(status: status(of: finish))
        }
    }

    private func judgement(of finish: Exchange.Finish) -> TrafficObservation.End {
        switch finish {
        case .complete: .answered
        // That its client has left is told apart, but where the upstream failed after it had.
        case .nothing: attempts.last.map { [.answered, .refused, .cancelled].contains($0.outcome) } ?? true ? .answered : .relayFault
        case .passThrough: .clientFault
        case .refuse, .breakOff: .relayFault
        }
    }

    /// What the client got, or would have got, had it stayed.
    private func status(of finish: Exchange.Finish) -> Int {
        switch finish {
        case .complete, .breakOff: return 200
        case .passThrough: return attemptStatus ?? 0
        case .refuse(let refusal): return refusal.status
        // As nginx counts a client that has closed its connection.
        case .nothing: return 499
        }
    }

    // MARK: The client's last bytes

    private func write(_ finish: Exchange.Finish, _ ended: Ended) {
        guard let client, let grant else { return }
        switch finish {
        case .complete: writeCompletion(to: client, grant, ended)
        case .passThrough: writePassedThrough(to: client, grant)
        case .refuse(var refusal):
            refusal.rate = grant.rate
            client.refuse(refusal, id: request.id, attempts: attempts.count)
        case .breakOff(let refusal):
            writeQueued()
            if case .stream(let stream) = answer, let end = stream.scanner.eventEnd { client.write(end) }
            client.write(failureEvent(refusal, client.allocator))
            client.end()
        case .nothing: break
        }
    }

    private func writeCompletion(to client: PublicHandler, _ grant: Grant, _ ended: Ended) {
        let hold = grant.hold
        switch answer {
        case .none, .refusal: preconditionFailure("an answer was completed without one")
        case .local(let body): writePlain(body, to: client, grant, ended)
        case .stream(let stream):
            writeQueued()
            client.write(
                StreamClosing.comment(
                    requestID: hold.request.description, charged: ended.charged, remaining: ended.available, allocator: client.allocator))
            if let terminal = stream.scanner.terminal { client.write(terminal) }
            client.end()
        case .plain(let plain): writePlain(body(of: plain), to: client, grant, ended)
        }
    }

    private func writePlain(_ body: ByteBuffer, to client: PublicHandler, _ grant: Grant, _ ended: Ended) {
        guard let answerHead else { return }
        var headers = ResponseHeaders.answer(
            answerHead.headers, grant: grant, attempts: attempts.count, askedOutputTokens: call?.askedOutputTokens)
        ResponseHeaders.add(charged: ended.charged, remaining: ended.available, to: &headers)
        client.respond(.ok, headers, body)
    }

    /// What ends a stream that broke, in the endpoint's own form.
    private func failureEvent(_ refusal: Refusal, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard endpoint == .responses, case .stream(let stream) = answer else {
            return ErrorEnvelope.streamEvent(of: refusal, allocator: allocator)
        }
        return ErrorEnvelope.failedResponse(
            refusal, number: stream.scanner.givenEventCount, id: "resp_\(request.id.description.dropFirst(RequestKind.prefix.count))",
            model: hold?.model ?? "", createdSeconds: loop.now().milliseconds / 1_000, allocator: allocator)
    }

    /// A plain answer's body, in which the model has the name by which the client knows it.
    func body(of plain: PlainAnswer) -> ByteBuffer {
        guard let alias, let range = plain.scanner.modelValue else { return plain.body }
        return plain.scanner.rewritingModel(in: plain.body, range: range, to: alias)
    }

    private func writePassedThrough(to client: PublicHandler, _ grant: Grant) {
        guard let answerHead, case .refusal(let body) = answer else { preconditionFailure("a refusal was passed through without one") }
        client.respond(
            answerHead.status,
            ResponseHeaders.answer(
                answerHead.headers, grant: grant, attempts: attempts.count, askedOutputTokens: call?.askedOutputTokens),
            body)
    }
}
