import Foundation
import Logging
import RelayDomain

/// What the writer's thread does. ``LedgerWriter/step(on:)`` is all of it but the waiting.
extension LedgerWriter {
    /// Until the stop.
    func runThread(_ session: NodeSession) {
        var stopDeadline: Date?
        loop: while true {
            switch step(on: session) {
            case .worked: continue
            case .idle: waitForWork(until: session.isShared ? Date(timeIntervalSinceNow: seconds(limits.heartbeatMilliseconds)) : nil)
            case .failing:
                if stopDeadline == nil, isStopping { stopDeadline = Date(timeIntervalSinceNow: limits.stopSeconds) }
                if let stopDeadline, Date() > stopDeadline { break loop }
                pause()
            case .stopped: break loop
            }
        }
        finish(session)
    }

    private func finish(_ session: NodeSession) {
        condition.lock()
        state.hasStopped = true
        let waiters = state.stopWaiters
        state.stopWaiters = []
        let lost = (undecided?.batch ?? []) + state.queue
        state.queue = []
        let chores = state.chores
        state.chores = []
        condition.unlock()
        if !lost.isEmpty {
            logger.critical("stopped before all holds could be ended; they expire uncharged", metadata: ["holds": "\(lost.count)"])
            deliver(zip(lost, repeatElement(.refused(Self.unavailable), count: lost.count)))
        } else {
            try? session.release()
        }
        chores.forEach { $0.refuse() }
        waiters.forEach { $0.resume() }
    }

    private func seconds(_ milliseconds: Int) -> Double { Double(milliseconds) / 1_000 }

    /// - Parameter deadline: of the next heartbeat.
    private func waitForWork(until deadline: Date?) {
        condition.lock()
        defer { condition.unlock() }
        while state.queue.isEmpty, state.chores.isEmpty, !state.isStopping {
            guard let deadline else {
                condition.wait()
                continue
            }
            guard condition.wait(until: deadline) else {
                state.isHeartbeatDue = true
                return
            }
        }
    }

    private func pause() {
        condition.lock()
        _ = condition.wait(until: Date(timeIntervalSinceNow: seconds(limits.retryMilliseconds)))
        condition.unlock()
    }

    /// Does one piece of work: what the thread does again and again, and a simulation at moments of its own.
    public func step(on session: NodeSession) -> Step {
        if let undecided {
            guard resolve(undecided, on: session) else {
                refuseQueued(keeping: [])
                return .failing
            }
            return .worked
        }
        if isFailing {
            guard probe(session) else {
                refuseQueued(keeping: [])
                return .failing
            }
            return .worked
        }
        // A lease is taken by a transaction of its own: while the outcome of the one that takes it is not known, nobody can tell the lease
        // from one that another node has taken under the same number.
        if session.epoch == 0, hasWork {
            if !probe(session) { markFailing(true) }
            return .worked
        }
        switch nextWork() {
        case .batch(let batch, let ledger):
            let unwritten = process(batch, by: ledger, on: session)
            if isFailing { refuseQueued(keeping: unwritten) }
        case .chore(let chore): run(chore, on: session)
        case .heartbeat: if !probe(session) { markFailing(true) }
        case .nothing: return .idle
        case .end: return .stopped
        }
        return .worked
    }

    private enum Work {
        case batch(ArraySlice<Entry>, Ledger)
        case chore(Chore)
        case heartbeat
        case nothing
        case end
    }

    /// A chore, where one waits, goes between two batches.
    private func nextWork() -> Work {
        condition.lock()
        defer { condition.unlock() }
        if state.isHeartbeatDue {
            state.isHeartbeatDue = false
            return .heartbeat
        }
        if !state.chores.isEmpty, state.queue.isEmpty || !state.didChore {
            state.didChore = true
            return .chore(state.chores.removeFirst())
        }
        state.didChore = false
        guard !state.queue.isEmpty else { return state.isStopping ? .end : .nothing }
        let batch = state.queue.prefix(limits.batch)
        if batch.count == state.queue.count {
            state.queue = []
        } else {
            state.queue = Array(state.queue.dropFirst(limits.batch))
        }
        return .batch(batch, state.ledger)
    }

    /// - Returns: the entries that must be tried again.
    private func process(_ batch: ArraySlice<Entry>, by ledger: Ledger, on session: NodeSession) -> [Entry] {
        do {
            let started = ContinuousClock.now
            let replies = try BatchScript().run(batch.map(\.command), by: ledger, on: session)
            metrics.committed(batch.count, in: started.duration(to: .now))
            deliver(zip(batch, replies))
            return []
        } catch let failure as StoreFailure where failure.kind == .constraint || failure.kind == .corrupt {
            return separate(batch, failure, by: ledger, on: session)
        } catch let undecided as UndecidedBatch {
            logger.error(
                "a commit's outcome is not known", metadata: ["error": "\(undecided.failure)", "commands": "\(batch.count)"])
            self.undecided = Undecided(batch: batch, replies: undecided.replies)
            markFailing(true)
            return []
        } catch {
            logger.error("the ledger could not be written", metadata: ["error": "\(error)", "commands": "\(batch.count)"])
            markFailing(true)
            return refuseAdmissions(batch)
        }
    }

    /// Nobody of an undecided batch is answered before it is known what is true.
    /// - Returns: whether that is known now.
    private func resolve(_ undecided: Undecided, on session: NodeSession) -> Bool {
        guard let hasCommitted = try? session.hasCommitted() else { return false }
        self.undecided = nil
        logger.notice("a commit's outcome is known", metadata: ["committed": "\(hasCommitted)"])
        if hasCommitted {
            deliver(zip(undecided.batch, undecided.replies))
            // What the batch left unwritten still waits at the head of the queue.
            markFailing(false)
        } else {
            refuseQueued(keeping: refuseAdmissions(undecided.batch))
        }
        return true
    }

    /// - Returns: what must be tried again.
    private func refuseAdmissions(_ batch: ArraySlice<Entry>) -> [Entry] {
        let refused = batch.filter { !$0.command.mustLand }
        deliver(zip(refused, repeatElement(.refused(Self.unavailable), count: refused.count)))
        return batch.filter { $0.command.mustLand }
    }

    /// One command of the batch can never be written: each gets a transaction of its own, so that only that one fails.
    private func separate(_ batch: ArraySlice<Entry>, _ failure: StoreFailure, by ledger: Ledger, on session: NodeSession) -> [Entry] {
        guard batch.count == 1, let entry = batch.first else {
            var unwritten: [Entry] = []
            for index in batch.indices {
                // Where one of them cannot be written now, the rest waits as well: the outcome of one is asked for at a time.
                if isFailing {
                    unwritten += refuseAdmissions(batch[index...])
                    break
                }
                unwritten += process(batch[index...index], by: ledger, on: session)
            }
            return unwritten
        }
        logger.critical("a command was refused by the books' own constraints", metadata: ["error": "\(failure)"])
        deliver([(entry, .refused(Refusal(.internalError, "The request could not be entered in the books. Nothing was charged.")))])
        return []
    }

    private func run(_ chore: Chore, on session: NodeSession) {
        do {
            try chore.run(session)
        } catch let failure as StoreFailure where failure.kind == .constraint || failure.kind == .corrupt {
            // Only that chore is concerned, and it was told.
        } catch {
            // A chore may fail for reasons of its own: where the ledger can be written, nobody else has to hear of it.
            logger.warning("work beside the ledger's could not be done", metadata: ["error": "\(error)"])
            guard !probe(session) else { return }
            markFailing(true)
            refuseQueued(keeping: [])
        }
    }

    /// Whoever only waits to begin is told at once that it will not be; what must land goes to the head of the queue.
    private func refuseQueued(keeping unwritten: [Entry]) {
        let (refused, chores) = condition.withLock {
            let waiting = state.queue
            state.queue = unwritten + waiting.filter(\.command.mustLand)
            defer { state.chores = [] }
            return (waiting.filter { !$0.command.mustLand }, state.chores)
        }
        deliver(zip(refused, repeatElement(.refused(Self.unavailable), count: refused.count)))
        chores.forEach { $0.refuse() }
    }

    /// - Returns: whether a transaction succeeds.
    private func probe(_ session: NodeSession) -> Bool {
        do {
            try session.heartbeat()
        } catch {
            if !isFailing { logger.error("the ledger could not be written", metadata: ["error": "\(error)"]) }
            return false
        }
        if isFailing { logger.notice("the ledger can be written again") }
        markFailing(false)
        return true
    }

    private var hasWork: Bool { condition.withLock { !state.queue.isEmpty || !state.chores.isEmpty } }
    private var isStopping: Bool { condition.withLock { state.isStopping } }
    private var isFailing: Bool { condition.withLock { state.isFailing } }

    private func markFailing(_ isFailing: Bool) {
        condition.withLock { state.isFailing = isFailing }
    }

    private func deliver(_ answers: some Sequence<(Entry, Reply)>) {
        var byPort: [(port: any ReplyPort, replies: [TicketedReply])] = []
        for (entry, reply) in answers {
            let ticketed = TicketedReply(ticket: entry.ticket, reply: reply)
            if let index = byPort.firstIndex(where: { $0.port === entry.port }) {
                byPort[index].replies.append(ticketed)
            } else {
                byPort.append((entry.port, [ticketed]))
            }
        }
        for (port, replies) in byPort { port.deliver(replies) }
    }
}
