import Logging
import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension RelayExchange: UpstreamUser {
    /// The upstream of the present attempt.
    var upstream: UpstreamTarget? { choice.map { upstreams.pool($0.upstream).upstream } }

    var idleTimeout: TimeAmount { upstream?.idleTimeout ?? .seconds(120) }
    var totalTimeout: TimeAmount { upstream?.totalTimeout ?? .hours(1) }

    /// The model's name as the client knows it, where the upstream knows it by another.
    var alias: String? {
        guard let hold, let name = upstream?.models[hold.model], name != hold.model else { return nil }
        return hold.model
    }

    var retryAfterSeconds: Int { hold.map { upstreams.routing.retryAfterSeconds(for: $0.model) } ?? 1 }

    // MARK: Where to

    /// Finds an upstream that may be called for the held model, and takes the right to call it.
    func nextAttempt(_ cost: AttemptCost) -> Exchange.Next {
        guard !isOutOfTime, let grant else { return .nowhere }
        if endpoint.isAnsweredHere { return .upstream }
        switch upstreams.routing.choose(for: grant.hold.model, excluding: tried, attempt: cost) {
        case .upstream(let choice):
            self.choice = choice
            return .upstream
        case .none: return grant.furtherModels.isEmpty ? .nowhere : .model
        case .budgetSpent: return .nowhere
        }
    }

    /// Calls the upstream that was chosen.
    func attempt() {
        if endpoint.isAnsweredHere { return countInput() }
        guard let choice else { preconditionFailure("an attempt without an upstream") }
        tried.append(choice.upstream)
        attemptStarted = .now()
        attemptStatus = nil
        isRequestSent = false
        wasStalled = false
        answer = .none
        answerHead = nil
        connect(to: choice.upstream, wantsFresh: false)
    }

    private func connect(to index: Int, wantsFresh: Bool) {
        let pool = upstreams.pool(index)
        let number = attempts.count
        pool.acquire(wantsFresh: wantsFresh) { [self] grant in
            // While a connection was made, the client may have left for good or the time may have run out.
            guard isAttempting, attempts.count == number, connection == nil else {
                if case .success(let (connection, _)) = grant { pool.release(connection) }
                return
            }
            switch grant {
            case .success(let (connection, isReused)):
                canReconnect = isReused
                send(on: connection, to: pool.upstream)
            // No connection was free here: that says nothing about the upstream.
            case .failure(.timedOut): fail(.timedOut, circuit: Circuit.Result.none)
            case .failure(.queueFull): fail(.unreachable, circuit: Circuit.Result.none)
            case .failure(.unreachable): fail(.unreachable)
            }
        }
    }

    private func send(on connection: UpstreamConnection, to upstream: UpstreamTarget) {
        guard let call, let hold else { preconditionFailure("an attempt without a request") }
        let allocator = client?.allocator ?? ByteBufferAllocator()
        let upstreamBody = call.upstreamBody(
            from: body, model: upstream.models[hold.model] ?? hold.model, maxOutputTokens: hold.maxOutputTokens,
            asksForUsage: upstream.takesStreamOptions, allocator: allocator
        ) { [pseudonym = loop.pseudonym, account = key.account] in pseudonym(account, $0) }
        var headers = upstream.headers
        headers.add(name: "content-length", value: String(upstreamBody.readableBytes))
        self.connection = connection
        isRequestSent = true
        waitDeadline = .now() + upstream.firstByteTimeout
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: upstream.path + endpoint.upstreamPath, headers: headers)
        connection.send(head, upstreamBody, for: self)
    }

    // MARK: What comes of it

    func upstreamHead(_ head: HTTPResponseHead) {
        attemptStatus = Int(head.status.code)
        answerHead = head
        waitDeadline = .now() + idleTimeout
        switch head.status.code {
        case 200:
            let encoding = head.headers.first(name: "content-encoding") ?? "identity"
            // Identity was asked for. What cannot be read cannot be metered.
            guard encoding.lowercased() == "identity" else { return fail(.malformed) }
            beginAnswer()
        case 400, 404, 409, 413, 415, 422: answer = .refusal(ByteBuffer())
        case 408: fail(.timedOut)
        case 429: fail(.rateLimited, circuit: .rateLimited(retryAfterMilliseconds: RetryAfter.milliseconds(of: head.headers)))
        case 401, 403: fail(.failed, circuit: .badCredentials)
        case 500...599: fail(.failed)
        default: fail(.malformed)
        }
    }

    func upstreamReadComplete() {
        guard let client else { return }
        if case .relaying = exchange.state {
            writeQueued()
            client.flush()
            // The flush may have found out that the client has left: then there is nobody to wait for.
            if self.client != nil, !client.isWritable { stall() }
        }
    }

    func upstreamClosed(hasAnswered: Bool) {
        guard isAttempting || isRelaying else { return }
        connection = nil
        if !hasAnswered, canReconnect, let choice {
            // The connection had served before and was closed as the request left: its peer had ended it while it was idle.
            canReconnect = false
            return connect(to: choice.upstream, wantsFresh: true)
        }
        // An upstream that hangs up on an answer that was not read for a while is not to blame.
        fail(hasAnswered ? .broken : .failed, circuit: wasStalled ? Circuit.Result.none : nil)
    }

    var isAttempting: Bool { if case .attempting = exchange.state { true } else { false } }
    var isRelaying: Bool { if case .relaying = exchange.state { true } else { false } }

    // MARK: What is remembered of it

    /// Writes the attempt down, for the receipt and for the upstream's circuit.
    /// - Parameter result: what it says about the upstream; nil for what its outcome says.
    func record(_ outcome: Attempt.Outcome, circuit result: Circuit.Result? = nil) {
        guard let hold, let choice, let upstream else { return }
        upstreams.routing.record(result ?? Self.circuitResult(of: outcome), of: choice)
        loop.metrics.attempted(upstream.name, outcome)
        attempts.append(
            Attempt(
                upstream: upstream.name, model: hold.model, outcome: outcome, status: attemptStatus,
                milliseconds: (NIODeadline.now() - attemptStarted).nanoseconds / 1_000_000))
        guard outcome != .answered else { return }
        loop.logger.notice(
            "an attempt was not answered",
            metadata: [
                "request": "\(request.id)", "upstream": "\(upstream.name)", "outcome": "\(outcome.rawValue)",
                "status": "\(attemptStatus ?? 0)",
            ])
    }

    private static func circuitResult(of outcome: Attempt.Outcome) -> Circuit.Result {
        switch outcome {
        case .answered, .refused: .success
        case .rateLimited, .failed, .timedOut, .unreachable, .malformed, .broken: .failure
        case .cancelled: .none
        }
    }
}
