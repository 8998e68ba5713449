import CoreMetrics
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import RelayWire

/// One relayed request: tells the ``Exchange`` what happens, and does what it answers.
///
/// Read from the top: the request is scanned, admitted, sent to an upstream (`+Attempts`), its answer read (`+Answer`), its charge
/// entered, and the client given its last bytes (`+Ending`). Clients that leave and clocks are in `+Waiting`. Everything happens on the
/// client's event loop, the upstream's connection included.
final class RelayExchange: PublicResponder {
    let request: PublicRequest
    let endpoint: Endpoint
    let key: PresentedKey
    let loop: LoopContext
    /// Gone when the client is.
    weak var client: PublicHandler?

    var exchange: Exchange
    /// The customer's body; let go of as soon as no further attempt can need it.
    var body: ByteBuffer
    let bodyBytes: Int
    /// What of it is counted as gathered.
    private var gatheredBytes: Int
    /// Tells the body from others, for the guard.
    let bodyMark: UInt64
    var call: RelayedRequest?
    /// As it was last put to the ledger.
    private var admission: AdmissionRequest?
    /// Whether the request is its account's own, as far as the ledger can tell.
    private(set) var isIdentified = false
    var grant: Grant?
    /// Whether the input that is held is its count, and not only a bound.
    var isInputCounted = false
    var hold: Hold? { grant?.hold }

    // What the present attempt is doing (`+Attempts`).
    let upstreams: UpstreamSet
    /// The upstream that is called, and the right to call it.
    var choice: RoutingTable.Choice?
    /// Upstreams that were called for the present model.
    var tried: [Int] = []
    var connection: UpstreamConnection?
    var attempts: [Attempt] = []
    var attemptStarted = NIODeadline.now()
    var attemptStatus: Int?
    var isRequestSent = false
    var canReconnect = false
    /// Whether the time of the whole request is over: nothing more is tried.
    var isOutOfTime = false
    /// When the upstream's silence has been too long; nil while nothing is expected of it.
    var waitDeadline: NIODeadline?

    // What has come of an answer (`+Answer`).
    var answer = Answer.none
    var answerHead: HTTPResponseHead?
    var firstByteMilliseconds: Int64?
    /// Tokens of the text that was taken out of the scanner to be counted.
    var countedTokens: Int64 = 0
    /// Bytes of a stream that the client gets with the end of the present burst of reads, at the latest with its last bytes.
    var unwritten: ByteBuffer?
    /// What is kept for a repeat of the request (`+Idempotency`).
    var keeping = AnswerKeeping.none
    var keptBody: ByteBuffer?
    var isTooLargeToKeep = false

    // The client and the clock.
    var isStalledSince: NIODeadline?
    /// Whether the client held up the present attempt's answer.
    var wasStalled = false
    var drainDeadline: NIODeadline?
    var drainedBytes = 0
    var settleDeadline: NIODeadline?
    var isClientDisconnected = false

    init(
        _ request: PublicRequest, body: ByteBuffer, endpoint: Endpoint, key: PresentedKey, client: PublicHandler, loop: LoopContext
    ) {
        self.request = request
        self.endpoint = endpoint
        self.key = key
        self.client = client
        self.loop = loop
        exchange = Exchange(attemptLimit: loop.configuration.routing.attempts)
        // A reload changes the next request, not this one.
        upstreams = loop.upstreams
        self.body = body
        bodyBytes = body.readableBytes
        gatheredBytes = bodyBytes
        loop.gatheredBytes += bodyBytes
        bodyMark = Self.mark(of: body)
    }

    private static func mark(of body: ByteBuffer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(body.readableBytes)
        body.withUnsafeReadableBytes { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(comparedBytes)))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.dropFirst(comparedBytes).suffix(comparedBytes)))
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The part of a body at either end that tells it from others.
    private static let comparedBytes = 4 << 10

    /// Bodies up to this size are scanned on the event loop: about 50 microseconds.
    private static let scannedInPlaceBytes = 32 << 10

    // MARK: 1. The request

    /// What is known of a request once its body was read.
    private struct Scanned: Sendable {
        let call: RelayedRequest
        let claim: IdempotencyClaim?
    }

    func start() {
        loop.began(self)
        guard bodyBytes > Self.scannedInPlaceBytes else { return scanned(Self.scan(body, request, endpoint, loop.answers)) }
        guard loop.scansWaiting < loop.scanLimit else {
            return scanned(.failure(Refusal(.overloaded, "Too many requests are waiting. Try again soon.", retryAfterSeconds: 1)))
        }
        loop.scansWaiting += 1
        loop.scanPool.runIfActive(eventLoop: loop.eventLoop) { [body, request, endpoint, answers = loop.answers] in
            Self.scan(body, request, endpoint, answers)
        }
        .assumeIsolated().whenComplete { [self] result in
            loop.scansWaiting -= 1
            scanned((try? result.get()) ?? .failure(Refusal(.overloaded, "The relay is shutting down.", retryAfterSeconds: 5)))
        }
    }

    private static func scan(
        _ body: ByteBuffer, _ request: PublicRequest, _ endpoint: Endpoint, _ answers: AnswerVault
    ) -> Result<Scanned, Refusal> {
        Result { () throws(Refusal) in
            let key = try request.idempotencyKey()
            let call = try RelayedRequest(scanning: body, for: endpoint)
            let claim = key.map { key in
                IdempotencyClaim(key: key, fingerprint: body.withUnsafeReadableBytes { answers.fingerprint(endpoint.path, $0) })
            }
            return Scanned(call: call, claim: claim)
        }
    }

    private func scanned(_ result: Result<Scanned, Refusal>) {
        switch result {
        case .success(let scanned):
            call = scanned.call
            if scanned.claim != nil { keptBody = ByteBuffer() }
            exchange.requestReceived()
            admit(scanned.call, scanned.claim)
        case .failure(let refusal):
            perform(exchange.refused(refusal))
        }
    }

    // MARK: 2. Admission

    private func admit(_ call: RelayedRequest, _ claim: IdempotencyClaim?) {
        let model: ModelRequest
        do throws(Refusal) {
            model = try self.model(of: call)
        } catch {
            return perform(exchange.refused(error))
        }
        var admission = AdmissionRequest(
            request: request.id, secret: key, address: request.address, endpoint: endpoint.path, inputField: endpoint.inputField,
            isStream: call.isStream, model: model, input: loop.inputCounter.firstCount(of: call, in: body),
            askedOutputTokens: call.askedOutputTokens, choices: call.choices, clientRetryCount: request.clientRetryCount, at: loop.now())
        admission.leastOutputTokens = endpoint.leastOutputTokens
        admission.mayFallBack = endpoint.takesRoute
        admission.isMetered = endpoint.isMetered
        admission.choicesField = call.choicesField
        if !endpoint.hasKnownVocabulary { admission.contextTokens = Billing.tokens(ofBytes: call.inputTokenBound) }
        admission.idempotency = claim
        self.admission = admission
        askLedger()
    }

    /// The model that is asked for. The plan's route is one of chat models: other endpoints have none of it.
    private func model(of call: RelayedRequest) throws(Refusal) -> ModelRequest {
        guard case .automatic = call.model, !endpoint.takesRoute else { return call.model }
        if endpoint == .moderations, let name = loop.configuration.routing.moderationModel { return .assumed(name) }
        throw Refusal(.invalidRequest, "`model` must name a model: no default route has one for this endpoint.", param: "model")
    }

    /// Asks for a hold, or for one on another model where there is one already.
    private func askLedger() {
        guard var admission else { preconditionFailure("nothing to admit") }
        admission.at = loop.now()
        admission.unavailable = endpoint.isAnsweredHere ? [:] : upstreams.routing.unavailable
        self.admission = admission
        let command = grant.map { .move(HoldMove(admission, to: $0.furtherModels)) } ?? Command.admit(admission)
        guard loop.admissionBegan(of: key.account) else {
            let refusal = Refusal(
                .concurrencyLimitExceeded, "Too many requests of this account are waiting. Wait until some have ended.",
                retryAfterSeconds: 1)
            return perform(grant == nil ? exchange.refused(refusal) : exchange.moveRefused { retryAfterSeconds })
        }
        loop.ledger.perform(command) { [self] reply in
            loop.admissionEnded(of: key.account)
            received(reply)
        }
    }

    private func received(_ reply: Reply) {
        note(reply)
        switch reply {
        case .admitted(let grant):
            if self.grant == nil { loop.metrics.openHolds.increment() }
            self.grant = grant
            isInputCounted = (admission?.input.isFinal ?? false) && loop.inputCounter.counts(endpoint)
            tried = []
            // The first model's first upstream is what the request is entitled to; whatever comes after a failure is a further attempt.
            perform(
                exchange.admitted {
                    nextAttempt(attempts.isEmpty ? .first : .further)
                } retryAfter: {
                    retryAfterSeconds
                })
        case .countNeeded(let limit):
            countAndAsk(upTo: limit)
        case .replayed(let replay):
            exchange.replayed()
            give(replay)
        case .refused(let refusal):
            perform(grant == nil ? exchange.refused(refusal) : exchange.moveRefused { retryAfterSeconds })
        case .ended, .account, .key, .wallet, .order, .deposit, .review:
            preconditionFailure("the ledger answered an admission with \(reply)")
        }
    }

    /// Whether the ledger found the key good, and used from where it may be.
    private func note(_ reply: Reply) {
        if case .refused(let refusal) = reply, Self.judgement(of: refusal) == nil { return }
        isIdentified = true
    }

    /// The bound did not decide: the exact count does, off the event loop.
    private func countAndAsk(upTo limit: Int64) {
        guard let call, client != nil, loop.mayCount(for: key.account) else {
            let refusal = Refusal(.overloaded, "Too many requests are waiting. Try again soon.", retryAfterSeconds: 1)
            return perform(grant == nil ? exchange.refused(refusal) : exchange.moveRefused { retryAfterSeconds })
        }
        let counter = loop.inputCounter
        loop.countBegan(for: key.account)
        loop.countPool.runIfActive(eventLoop: loop.eventLoop) { [body] in counter.finalCount(of: call, in: body, upTo: limit) }
            .assumeIsolated()
            .whenComplete { [self] result in
                loop.countEnded(for: key.account)
                // A pool that has stopped counts nothing more; the bound is what is left.
                admission?.input = (try? result.get()) ?? InputCount(tokens: call.inputTokenBound, isFinal: true)
                askLedger()
            }
    }

    private func perform(_ action: Exchange.AdmissionAction) {
        switch action {
        case .attempt: attempt()
        case .move: askLedger()
        case .end(let outcome): end(outcome)
        case .refuse(let refusal):
            if let judgement = Self.judgement(of: refusal) { observe(judgement) }
            client?.refuse(refusal, id: request.id)
            over(status: refusal.status)
        }
    }

    /// Nothing more will happen.
    func over(status: Int) {
        loop.metrics.ended(
            endpoint: endpoint.path, model: hold?.model ?? "none", status: status,
            nanoseconds: (NIODeadline.now() - request.started).nanoseconds)
        letGoOfBody()
        loop.ended(self)
    }

    /// The body is needed no more.
    func letGoOfBody() {
        body = ByteBuffer()
        loop.gatheredBytes -= gatheredBytes
        gatheredBytes = 0
    }

    // MARK: 3. The upstream's failures, told by `+Attempts` and `+Answer`

    /// The present attempt has come to nothing, or to half of an answer.
    func fail(_ outcome: Attempt.Outcome, circuit result: Circuit.Result? = nil) {
        waitDeadline = nil
        connection?.abandon()
        connection = nil
        guard isAttempting || isRelaying else { return }
        let billing = currentBilling
        record(outcome, circuit: result)
        let action = exchange.upstreamFailed(
            outcome, next: { nextAttempt(outcome == .unreachable ? .free : .further) }, retryAfter: { retryAfterSeconds }, billing: billing)
        switch action {
        case .attempt: attempt()
        case .move: askLedger()
        case .end(let outcome): end(outcome)
        case .none: break
        }
    }

    /// What the exchange would be charged if it ended now.
    var currentBilling: HoldEnding.Outcome {
        guard isRequestSent, let hold else { return .void }
        if case .refusal = answer { return .void }
        // What is free is either answered or not.
        guard endpoint.isMetered else { return .void }
        return loop.billing.outcome(
            reported: answer.usage, held: hold.tokens, isCounted: isInputCounted, sentBytes: Int64(bodyBytes),
            deliveredTokens: deliveredTokens())
    }
}
