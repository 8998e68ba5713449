import NIOCore
import RelayDomain

extension RelayExchange {
    // MARK: The client leaves, or does not take what it gets

    func clientLeft() {
        // Once the answer's last byte waits for nothing but the ledger, a close is no disconnect.
        if case .settling = exchange.state {} else { isClientDisconnected = true }
        client = nil
        isStalledSince = nil
        let limits = loop.configuration.limits
        let onDisconnect = grant?.onDisconnect ?? loop.configuration.onDisconnect
        // Where the request has not been sent there is nothing to read on for.
        let drains = onDisconnect == .drain && loop.drainCount < limits.drainStreams && isRequestSent
        switch exchange.clientLeft(drains: drains, billing: currentBilling) {
        case .drain:
            loop.drainBegan()
            drainDeadline = .now() + TimeAmount(seconds: limits.drainSeconds)
            waitDeadline = waitDeadline ?? connection.map { _ in .now() + idleTimeout }
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

    /// The drain has come to an end, one way or the other.
    func endDraining() {
        guard drainDeadline != nil else { return }
        drainDeadline = nil
        loop.drainEnded()
    }

    /// Counts what is read on for a client that has left.
    /// - Returns: false when it is more than is read on.
    func mayDrain(_ byteCount: Int) -> Bool {
        guard drainDeadline != nil else { return true }
        drainedBytes += byteCount
        guard drainedBytes > loop.configuration.limits.drainBytes else { return true }
        endDrain()
        return false
    }

    private func endDrain() {
        if case .cancel(let outcome) = exchange.drainEnded(billing: currentBilling) { cancel(outcome) }
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
        wasStalled = true
        waitDeadline = nil
        connection?.pause()
    }

    // MARK: Time

    func tick(now: NIODeadline) {
        let limits = loop.configuration.limits
        if now - request.started > TimeAmount(seconds: limits.exchangeSeconds), !isOutOfTime { runOut() }
        if let deadline = waitDeadline, deadline < now { fail(.timedOut) }
        if connection != nil, now - attemptStarted > totalTimeout { fail(.timedOut) }
        if let deadline = drainDeadline, deadline < now { endDrain() }
        if let since = isStalledSince, now - since > TimeAmount(seconds: limits.stallSeconds) { client?.close() }
        if let deadline = settleDeadline, deadline < now { client?.close() }
    }

    /// The time of the whole request is over: its client is told so, and what was delivered is charged.
    private func runOut() {
        isOutOfTime = true
        if client == nil { endDrain() } else { fail(.timedOut, circuit: Circuit.Result.none) }
    }

    /// Ends what goes on, at once: the charge is what is known by now.
    func abort() {
        client?.close()
        endDrain()
    }
}
