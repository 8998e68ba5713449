import RelayDomain

@testable import RelayStore

/// A step of a node, and what the model makes of it.
extension Simulation {
    @discardableResult
    func work(_ node: SimulatedNode) throws -> LedgerWriter.Step {
        workCount += 1
        node.session.isCutOff = node.cutOffUntil > clock.milliseconds
        // What is to be tried, the next last.
        var parts = [node.nextBatch]
        let catalogue = SimulatedCatalogues.all[node.catalogue]
        var problem: (any Error)?
        node.session.onEnd = { [unowned self] transaction in
            guard problem == nil else { return }
            let covered = transaction.isBatch ? parts.popLast() ?? [] : []
            // Where the books refuse a batch, each of its halves gets a transaction of its own.
            if transaction.failure == .constraint, covered.count > 1 {
                let middle = covered.startIndex + covered.count / 2
                parts += [covered[middle...], covered[..<middle]]
            }
            do { try ended(transaction, covered, of: node, catalogue) } catch { problem = error }
        }
        defer { node.session.onEnd = { _ in } }
        let result = node.writer.step(on: node.lease)
        if let problem { throw problem }
        try receive(node)
        return result
    }

    private func ended(
        _ transaction: SeenTransaction, _ covered: ArraySlice<LedgerWriter.Entry>, of node: SimulatedNode, _ catalogue: Catalogue
    ) throws {
        if transaction.isCommitted, transaction.hasLease { try renewed(transaction.epoch, by: node) }
        let outcome = transaction.failure.map { "\($0)" + (transaction.isCommitted ? " and committed" : "") } ?? "committed"
        if transaction.isBatch || transaction.failure != nil { log("work: \(node.name), \(covered.count) commands, \(outcome)") }
        if transaction.isBatch { count("batch: \(outcome)") } else { count("transaction: \(outcome)") }
        if transaction.isCommitted {
            try apply(covered, of: node, catalogue, transaction.epoch)
        } else if transaction.failure == .constraint, covered.count == 1, let entry = covered.first, entry.port === node {
            poisoned.insert(entry.ticket)
        }
    }

    private func renewed(_ epoch: Int64, by node: SimulatedNode) throws {
        guard var lease = leases[epoch] else {
            try check(epoch > (leases.keys.max() ?? 0), "the lease \(epoch) is not above those before")
            leases[epoch] = SimulatedLease(node: node.name, lastCommit: clock.milliseconds)
            return
        }
        try check(lease.node == node.name, "\(node.name) writes under the lease of \(lease.node)")
        try check(!lease.haveHoldsExpired, "\(node.name) writes under a lease whose holds others have expired")
        lease.lastCommit = clock.milliseconds
        leases[epoch] = lease
    }

    // MARK: What took effect

    private func apply(
        _ batch: ArraySlice<LedgerWriter.Entry>, of node: SimulatedNode, _ catalogue: Catalogue, _ epoch: Int64
    ) throws {
        var latestClaim: Timestamp?
        for entry in batch {
            if case .end(let ending) = entry.command, ending.outcome == .expire { try checkExpiry(ending) }
            let outcome = model.apply(entry.command, catalogue: catalogue, lease: epoch)
            count("committed \(entry.command.word): \(outcome.word)")
            if let claim = claim(entry.command), let answer = model.answers[claim], case .admitted = outcome {
                let time = answer.expiresAt.adding(milliseconds: -AnswerRecord.keptMilliseconds)
                latestClaim = max(latestClaim ?? time, time)
            }
            if entry.port === node {
                let effect = Effect(outcome: outcome, lease: epoch, work: workCount)
                try check(expected.updateValue(effect, forKey: entry.ticket) == nil, "\(entry.command.summary) was written twice")
            }
        }
        // Whoever claims a key, or moves a request that has one, sweeps some that have expired. Which of them is the database's choice.
        if let latestClaim { try forgetSwept(at: latestClaim) }
        for account in Set(batch.compactMap(\.command.account)).sorted() { try checkWallet(account) }
    }

    private func claim(_ command: Command) -> AnswerRecord.ID? {
        switch command {
        case .admit(let admission): admission.idempotency.map { AnswerRecord.ID(account: admission.secret.account, key: $0.key) }
        case .move(let move):
            model.open[move.admission.request]?.claim.map { AnswerRecord.ID(account: move.admission.secret.account, key: $0) }
        default: nil
        }
    }

    /// A hold may expire only when its node cannot end it any more.
    private func checkExpiry(_ ending: HoldEnding) throws {
        guard let hold = model.open[ending.request] else { return }
        guard let lease = leases[hold.lease] else { throw failure("a hold under the unknown lease \(hold.lease) expires") }
        try check(
            lease.isReleased || clock.milliseconds > lease.lastCommit + Self.grace,
            "\(ending.request) expires \(clock.milliseconds - lease.lastCommit) ms after the last commit of \(lease.node)")
        leases[hold.lease]!.haveHoldsExpired = true
    }

    private func forgetSwept(at time: Timestamp) throws {
        let expired = model.answers.filter { $0.value.state != .running && $0.value.expiresAt <= time }
        guard !expired.isEmpty else { return }
        let left = try Set(answerRows().map(\.id))
        for id in expired.keys where !left.contains(id) {
            model.answers[id] = nil
            count("swept")
        }
    }

    // MARK: Replies

    func receive(_ node: SimulatedNode) throws {
        for delivered in node.takeDelivered() {
            guard let command = node.pending.removeValue(forKey: delivered.ticket) else {
                throw failure("the command \(delivered.ticket) of \(node.name) is answered twice: \(delivered.reply)")
            }
            let outcome = Outcome(delivered.reply)
            count("\(command.word): \(outcome.word)")
            let effect = expected.removeValue(forKey: delivered.ticket)
            if node.hasFinished, case .refused(let refusal) = delivered.reply, refusal == LedgerWriter.outcomeUnknown(of: command) {
                count("\(command.word): told that it is unknown, and it was \(effect == nil ? "not " : "")written")
            } else if let effect {
                try check(outcome, of: command, after: effect)
            } else if poisoned.remove(delivered.ticket) != nil {
                try check(outcome == .refused(.internalError), "\(command.summary), which the books refuse, is answered with \(outcome)")
            } else {
                try check(
                    outcome == .refused(.ledgerUnavailable) && (!command.mustLand || node.hasFinished),
                    "\(command.summary), of which nothing was committed, is answered with \(outcome)")
            }
            take(delivered.reply, to: command, on: node)
        }
    }

    /// What took effect is told as it was, but for a hold that was opened under a lease that is gone by now: others give it back.
    private func check(_ outcome: Outcome, of command: Command, after effect: Effect) throws {
        // Nobody else has had a turn since it was committed, where that was in the same piece of work.
        guard case .admitted = effect.outcome, effect.work < workCount, try isGone(effect.lease) else {
            return try check(
                outcome == effect.outcome, "\(command.summary) is answered with \(outcome), and must be with \(effect.outcome)")
        }
        count("\(command.word): told that its hold was lost")
        try check(
            outcome == .refused(.ledgerUnavailable),
            "\(command.summary) was let through under a lease that is gone, and is answered with \(outcome)")
    }

    // MARK: Commands and the census

    func submit(_ command: Command, to node: SimulatedNode, as word: String) {
        let ticket = nextTicket
        nextTicket += 1
        let refusal = node.writer.submit(command, to: node, ticket: ticket)
        log("submit, \(word): \(ticket) to \(node.name), \(command.summary)" + (refusal.map { ": \($0.code.rawValue)" } ?? ""))
        if let refusal {
            take(.refused(refusal), to: command, on: node)
        } else {
            node.pending[ticket] = command
        }
    }

    /// Begins a census, which goes on as the node's writer does.
    func count(by node: SimulatedNode, isFirst: Bool = false) {
        guard !node.isCounting else { return }
        node.isCounting = true
        let (census, name) = (node.census, node.name)
        Task(executorPreference: executor) { [weak self, weak node] in
            do {
                let (buried, expired) = isFirst ? ([], try await census.begin()) : try await census.run()
                self?.count("census: \(buried.isEmpty ? "none" : "some") buried, \(expired > 0 ? "some" : "none") expired")
                if !buried.isEmpty || expired > 0 { self?.log("census: \(name) buried \(buried.count), expired \(expired)") }
            } catch {
                self?.count("census: failed")
                self?.log("census: \(name) could not, \(error)")
            }
            node?.isCounting = false
        }
        log("census: \(name) begins")
        executor.drain()
    }
}
