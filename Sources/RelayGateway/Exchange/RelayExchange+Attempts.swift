import NIOCore
import NIOHTTP1
import RelayDomain
import RelayWire

extension RelayExchange: UpstreamUser {
    var idleTimeout: TimeAmount { pools.isEmpty ? .seconds(120) : pools[min(attempts.count, pools.count - 1)].upstream.idleTimeout }

    /// Calls upstream number `number` of the model.
    func attempt(_ number: Int) {
        attemptStarted = .now()
        attemptStatus = nil
        isRequestSent = false
        answer = .none
        answerHead = nil
        connect(number, wantsFresh: false)
    }

    private func connect(_ number: Int, wantsFresh: Bool) {
        pools[number].acquire(wantsFresh: wantsFresh) { [self] grant in
            // While a connection was made, the client may have left for good or the time may have run out.
            guard exchange.state == .attempting(number), connection == nil else {
                if case .success(let (connection, _)) = grant { pools[number].release(connection) }
                return
            }
            switch grant {
            case .success(let (connection, isReused)):
                canReconnect = isReused
                send(on: connection, to: pools[number].upstream)
            case .failure(.timedOut): fail(.timedOut)
            case .failure: fail(.unreachable)
            }
        }
    }

    private func send(on connection: UpstreamConnection, to upstream: UpstreamTarget) {
        guard let chat, let hold else { preconditionFailure("an attempt without a request") }
        let allocator = client?.allocator ?? ByteBufferAllocator()
        let upstreamBody = chat.upstreamBody(
            from: body, model: upstream.models[hold.model] ?? hold.model, maxOutputTokens: hold.maxOutputTokens, allocator: allocator)
        var headers = upstream.headers
        headers.add(name: "content-length", value: String(upstreamBody.readableBytes))
        self.connection = connection
        isRequestSent = true
        waitDeadline = .now() + upstream.firstByteTimeout
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: upstream.path + endpoint.upstreamPath, headers: headers)
        connection.send(head, upstreamBody, for: self)
    }

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
        case 429: fail(.rateLimited)
        case 401, 403, 500...599: fail(.failed)
        default: fail(.malformed)
        }
    }

    func upstreamReadComplete() {
        guard let client else { return }
        if case .relaying = exchange.state {
            writeQueued()
            client.flush()
            if !client.isWritable { stall() }
        }
    }

    func upstreamClosed(hasAnswered: Bool) {
        guard let number = attemptNumber else { return }
        connection = nil
        if !hasAnswered, canReconnect {
            // The connection had served before and was closed as the request left: its peer had ended it while it was idle.
            canReconnect = false
            return connect(number, wantsFresh: true)
        }
        fail(hasAnswered ? .broken : .failed)
    }

    /// The attempt that goes on, if one does.
    private var attemptNumber: Int? {
        switch exchange.state {
        case .attempting(let number), .relaying(let number): number
        case .receiving, .admitting, .settling, .done: nil
        }
    }
}
