import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import RelayWire

/// One relayed request: tells the ``Exchange`` what happens, and does what it answers.
///
/// Read from the top: the request is scanned, admitted, sent to an upstream (`+Attempts`), its answer read (`+Answer`), its charge
/// entered, and the client given its last bytes. Everything happens on the client's event loop, the upstream's connection included.
final class RelayExchange: PublicResponder {
    let request: PublicRequest
    let endpoint: RelayedEndpoint
    let key: PresentedKey
    let loop: LoopContext
    /// Gone when the client is.
    weak var client: PublicHandler?

    var exchange = Exchange()
    /// The customer's body; let go of as soon as no further attempt can need it.
    var body: ByteBuffer
    let bodyBytes: Int
    var chat: ChatRequest?
    var grant: Grant?
    /// Whether the input that is held is its count, and not only a bound.
    private var isInputCounted = false
    var hold: Hold? { grant?.hold }

    // What the present attempt is doing (`+Attempts`).
    var pools: [UpstreamPool] = []
    var connection: UpstreamConnection?
    var attempts: [Attempt] = []
    var attemptStarted = NIODeadline.now()
    var attemptStatus: Int?
    var isRequestSent = false
    var canReconnect = false
    /// When the upstream's silence has been too long; nil while nothing is expected of it.
    var waitDeadline: NIODeadline?

    // What has come of an answer (`+Answer`).
    var answer = Answer.none
    var answerHead: HTTPResponseHead?
    var firstByteMilliseconds: Int64?
    /// Bytes of a stream that the client gets with the end of the present burst of reads, at the latest with its last bytes.
    var unwritten: ByteBuffer?

    // The client and the clock.
    var isStalledSince: NIODeadline?
    var drainDeadline: NIODeadline?
    var settleDeadline: NIODeadline?
    var isClientDisconnected = false

    init(_ request: PublicRequest, endpoint: RelayedEndpoint, key: PresentedKey, client: PublicHandler, loop: LoopContext) {
        self.request = request
        self.endpoint = endpoint
        self.key = key
        self.client = client
        self.loop = loop
        body = request.body ?? ByteBuffer()
        bodyBytes = body.readableBytes
    }

    /// Bodies up to this size are scanned on the event loop: about 50 microseconds.
    private static let scannedInPlaceBytes = 32 << 10

    // MARK: 1. The request

    func start() {
        loop.began(self)
        guard bodyBytes > Self.scannedInPlaceBytes else { return scanned(Self.scan(body)) }
        loop.scanPool.runIfActive(eventLoop: loop.eventLoop) { [body] in Self.scan(body) }.assumeIsolated().whenComplete { [self] result in
            scanned((try? result.get()) ?? .failure(Refusal(.overloaded, "The relay is shutting down.", retryAfterSeconds: 5)))
        }
    }

    private static func scan(_ body: ByteBuffer) -> Result<ChatRequest, Refusal> {
        Result { () throws(Refusal) in try ChatRequest(scanning: body) }
    }

    private func scanned(_ result: Result<ChatRequest, Refusal>) {
        switch result {
        case .success(let chat):
            self.chat = chat
            exchange.requestReceived()
            admit(chat, input: loop.inputCounter.firstCount(of: chat, in: body))
        case .failure(let refusal):
            perform(exchange.refused(refusal))
        }
    }

    // MARK: 2. Admission

    private func admit(_ chat: ChatRequest, input: InputCount) {
        let admission = AdmissionRequest(
            request: request.id, secret: key, address: request.address, endpoint: endpoint.path, isStream: chat.isStream,
            model: chat.model, input: input, askedOutputTokens: chat.askedOutputTokens, choices: Int64(chat.choices),
            clientRetryCount: request.clientRetryCount, at: loop.now())
        loop.ledger.perform(.admit(admission)) { [self] reply in
            switch reply {
            case .admitted(let grant):
                self.grant = grant
                isInputCounted = input.isFinal && loop.inputCounter.tokenizer != nil
                pools = loop.upstreams.pools(for: grant.hold.model)
                perform(exchange.admitted(candidates: pools.count))
            case .countNeeded(let limit):
                countAndAdmit(chat, upTo: limit)
            case .refused(let refusal):
                perform(exchange.refused(refusal))
            case .ended, .account, .key, .wallet, .order:
                preconditionFailure("the ledger answered an admission with \(reply)")
            }
        }
    }

    /// The bound did not decide: the exact count does, off the event loop.
    private func countAndAdmit(_ chat: ChatRequest, upTo limit: Int64) {
        guard client != nil, loop.countsWaiting < loop.countLimit else {
            return perform(exchange.refused(Refusal(.overloaded, "Too many requests are waiting. Try again soon.", retryAfterSeconds: 1)))
        }
        let counter = loop.inputCounter
        loop.countsWaiting += 1
        loop.countPool.runIfActive(eventLoop: loop.eventLoop) { [body] in counter.finalCount(of: chat, in: body, upTo: limit) }
            .assumeIsolated()
            .whenComplete { [self] result in
                loop.countsWaiting -= 1
                // A pool that has stopped counts nothing more; the bound is what is left.
                admit(chat, input: (try? result.get()) ?? InputCount(tokens: chat.inputTokenBound, isFinal: true))
            }
    }

    private func perform(_ action: Exchange.AdmissionAction) {
        switch action {
        case .attempt(let number): attempt(number)
        case .end(let outcome): end(outcome)
        case .refuse(let refusal):
            client?.refuse(refusal, id: request.id)
            loop.ended(self)
        }
    }

    // MARK: 3. The upstream's failures, told by `+Attempts` and `+Answer`

    /// The present attempt has come to nothing, or to half of an answer.
    func fail(_ outcome: Attempt.Outcome) {
        waitDeadline = nil
        connection?.abandon()
        connection = nil
        let billing = currentBilling
        record(outcome)
        switch exchange.upstreamFailed(outcome, billing: billing) {
        case .attempt(let number): attempt(number)
        case .end(let outcome): end(outcome)
        case .none: break
        }
    }

    func record(_ outcome: Attempt.Outcome) {
        guard let hold, attempts.count < pools.count else { return }
        let upstream = pools[attempts.count].upstream.name
        attempts.append(
            Attempt(
                upstream: upstream, model: hold.model, outcome: outcome, status: attemptStatus,
                milliseconds: (NIODeadline.now() - attemptStarted).nanoseconds / 1_000_000))
        guard outcome != .answered else { return }
        loop.logger.notice(
            "an attempt was not answered",
            metadata: [
                "request": "\(request.id)", "upstream": "\(upstream)", "outcome": "\(outcome.rawValue)",
                "status": "\(attemptStatus ?? 0)",
            ])
    }

    /// What the exchange would be charged if it ended now.
    var currentBilling: HoldEnding.Outcome {
        guard isRequestSent, let hold else { return .void }
        if case .refusal = answer { return .void }
        return loop.billing.outcome(
            reported: answer.usage, held: hold.tokens, isCounted: isInputCounted, sentBytes: Int64(bodyBytes),
            deliveredBytes: Int64(answer.contentByteCount))
    }

    // MARK: 4. The end of the hold

    /// Ends the hold. What the client still gets waits until that is durable.
    func end(_ outcome: HoldEnding.Outcome) {
        guard let hold else { preconditionFailure("an ending without a hold") }
        waitDeadline = nil
        if drainDeadline != nil {
            drainDeadline = nil
            loop.drainCount -= 1
        }
        settleDeadline = .now() + TimeAmount(seconds: loop.configuration.limits.settleSeconds)
        let facts = ExchangeFacts(
            attempts: attempts, firstByteMilliseconds: firstByteMilliseconds,
            milliseconds: (NIODeadline.now() - request.started).nanoseconds / 1_000_000, isClientDisconnected: isClientDisconnected)
        let ending = HoldEnding(request: request.id, account: hold.account, outcome: outcome, facts: facts, at: loop.now())
        loop.ledger.perform(.end(ending)) { [self] reply in
            let finish = exchange.settled()
            if case .ended(let ended) = reply {
                write(finish, ended)
            } else {
                // The books could not take the ending: the client must not take its answer for whole.
                loop.logger.error("a hold could not be ended", metadata: ["request": "\(request.id)"])
                client?.close()
            }
            // An upstream that has not ended its answer by now, though its last event came, does not keep the connection.
            connection?.abandon()
            connection = nil
            loop.ended(self)
        }
    }

    // MARK: 5. The client's last bytes

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
            client.write(ErrorEnvelope.streamEvent(of: refusal, allocator: client.allocator))
            client.end()
        case .nothing: break
        }
    }

    // MARK: The client leaves, or does not take what it gets

    func clientLeft() {
        // Once the answer's last byte waits for nothing but the ledger, a close is no disconnect.
        if case .settling = exchange.state {} else { isClientDisconnected = true }
        client = nil
        isStalledSince = nil
        let limits = loop.configuration.limits
        let onDisconnect = grant?.onDisconnect ?? loop.configuration.onDisconnect
        let drains = onDisconnect == .drain && loop.drainCount < limits.drainStreams
        switch exchange.clientLeft(drains: drains, billing: currentBilling) {
        case .drain:
            loop.drainCount += 1
            drainDeadline = .now() + TimeAmount(seconds: limits.drainSeconds)
            connection?.resume()
        case .cancel(let outcome): cancel(outcome)
        case .none: break
        }
    }

    private func cancel(_ outcome: HoldEnding.Outcome) {
        record(.cancelled)
        connection?.abandon()
        connection = nil
        end(outcome)
    }

    func clientWritabilityChanged() {
        guard let client else { return }
        if client.isWritable {
            isStalledSince = nil
            waitDeadline = connection.map { _ in .now() + idleTimeout }
            connection?.resume()
        } else {
            stall()
        }
    }

    /// The client takes no more: the upstream is not read until it does.
    func stall() {
        isStalledSince = isStalledSince ?? .now()
        waitDeadline = nil
        connection?.pause()
    }

    // MARK: Time

    func tick(now: NIODeadline) {
        let limits = loop.configuration.limits
        if let deadline = waitDeadline, deadline < now { fail(.timedOut) }
        if let deadline = drainDeadline, deadline < now { endDrain() }
        if let since = isStalledSince, now - since > TimeAmount(seconds: limits.stallSeconds) { client?.close() }
        if let deadline = settleDeadline, deadline < now { client?.close() }
        if now - request.started > TimeAmount(seconds: limits.exchangeSeconds) { abort() }
    }

    /// Ends what goes on, at once: the charge is what is known by now.
    func abort() {
        client?.close()
        endDrain()
    }

    private func endDrain() {
        if case .cancel(let outcome) = exchange.drainEnded(billing: currentBilling) { cancel(outcome) }
    }
}
