import Logging
import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension PublicHandler {
    var isWritable: Bool { context?.channel.isWritable ?? false }

    var allocator: ByteBufferAllocator { context?.channel.allocator ?? ByteBufferAllocator() }

    func writeHead(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        var headers = headers
        isHeadWritten = true
        crossOrigin.add(to: &headers)
        // Without a length, only chunks or the end of the connection end a body. HTTP/1.0 has no chunks, and an answer to HEAD no body.
        let isEndless =
            !headers.contains(name: "content-length") && (version == .http1_0 || method == .HEAD) && status.mayHaveResponseBody
        if !isKeepAlive || isEndless || loop.isDraining {
            isKeepAlive = false
            // RFC 9110, section 7.8: an `Upgrade` is of this connection only.
            headers.replaceOrAdd(name: "connection", value: headers.contains(name: "upgrade") ? "upgrade, close" : "close")
        }
        context?.write(wrapOutboundOut(.head(HTTPResponseHead(version: version, status: status, headers: headers))), promise: nil)
    }

    func write(_ bytes: ByteBuffer) {
        guard method != .HEAD else { return }
        context?.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }

    func flush() { context?.flush() }

    /// Ends the answer and, with it, the request.
    ///
    /// Ending it makes the pipeline hand in the next request at once. Where this one is still being handed in, that waits for the next
    /// turn of the event loop: a thousand pipelined requests must not be a thousand calls deep.
    func end() {
        guard let context else { return }
        if case .responding = phase { phase = .idle(since: .now()) }
        unfinishedAnswers += 1
        let closes = !isKeepAlive || hasInputClosed
        guard isDelivering else { return writeEnd(closes: closes) }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { handler.value.writeEnd(closes: closes) }
    }

    private func writeEnd(closes: Bool) {
        guard let context else { return }
        lastProgress = .now()
        if closes { closesWhenFinished = true }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let taken = context.eventLoop.makePromise(of: Void.self)
        taken.futureResult.whenComplete { _ in handler.value.finished() }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: taken)
    }

    /// The socket has taken the last byte of an answer, or is gone.
    private func finished() {
        unfinishedAnswers -= 1
        if case .idle = phase { phase = .idle(since: .now()) }
        if closesWhenFinished, unfinishedAnswers == 0 { close() }
    }

    /// A whole answer in one flush.
    func respond(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer) {
        var headers = headers
        headers.replaceOrAdd(name: "content-length", value: String(body.readableBytes))
        writeHead(status, headers)
        if body.readableBytes > 0 { write(body) }
        end()
    }

    /// A whole answer without a body, of a status that has none.
    func respond(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        writeHead(status, headers)
        end()
    }

    /// A refusal of the contract, as a whole answer.
    func refuse(_ refusal: Refusal, id: RequestID, attempts: Int = 0) {
        loop.metrics.refused(refusal.code)
        loop.logger.info("refused", metadata: ["request": "\(id)", "code": "\(refusal.code.rawValue)", "status": "\(refusal.status)"])
        respond(
            HTTPResponseStatus(statusCode: refusal.status), ResponseHeaders.refusal(refusal, id: id, attempts: attempts),
            ErrorEnvelope.body(of: refusal, allocator: allocator))
    }

    // MARK: The end of the connection

    func close() { context?.close(promise: nil) }

    /// Closes when every answer has gone out whole.
    func closeWhenFinished() {
        closesWhenFinished = true
        if unfinishedAnswers == 0 { close() }
    }

    func closeIfIdle() {
        if case .idle = phase, arrival.headSince == nil { closeWhenFinished() }
    }

    func tick(now: NIODeadline) {
        let limits = loop.configuration.limits
        if unfinishedAnswers > 0, now - lastProgress > TimeAmount(seconds: limits.stallSeconds) { return close() }
        switch phase {
        case .idle(let since):
            let isLate = arrival.headSince.map { now - $0 > TimeAmount(seconds: limits.requestSeconds) } ?? false
            if isHandshaking, now - since > TimeAmount(seconds: limits.requestSeconds) { return close() }
            if isLate || now - since > TimeAmount(seconds: limits.keepAliveSeconds) { closeWhenFinished() }
        case .reading(let request, let since):
            if now - since > TimeAmount(seconds: limits.requestSeconds) || now - request.started > TimeAmount(seconds: limits.bodySeconds) {
                close()
            }
        case .discarding(let since):
            if now - since > TimeAmount(seconds: limits.requestSeconds) { close() }
        case .responding(_, let responder):
            probe(now: now)
            responder.tick(now: now)
        }
    }

    /// Finds out whether a client that sends no more still listens.
    ///
    /// One that has closed its connection looks like one that has closed its half of it, until something is written. An interim answer is
    /// what may always be written (RFC 9110, section 15.2): who listens passes over it, from who does not a reset comes back.
    private func probe(now: NIODeadline) {
        guard let inputClosedAt, !isHeadWritten, version == .http1_1, now - inputClosedAt > Self.probeAfter else { return }
        isHeadWritten = true
        context?.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: version, status: .continue))), promise: nil)
    }

    /// An answer that comes sooner is the probe.
    private static let probeAfter = TimeAmount.milliseconds(300)
}
