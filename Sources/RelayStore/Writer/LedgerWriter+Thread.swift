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
            case .idle: waitForWork(until: nextAlarm(session))
            case .failing:
                if stopDeadline == nil, isStopping { stopDeadline = Date(timeIntervalSinceNow: limits.stopSeconds) }
                if let stopDeadline, Date() > stopDeadline { break loop }
                pause()
            case .stopped: break loop
            }
        }
        finish(session)
    }

    /// Answers whoever still waits, with what is true: that nothing was written, or that nobody knows.
    func finish(_ session: NodeSession) {
        // What the connection could not tell until now, it may tell at the last moment; then the books can be written, too.
        if let undecided, resolve(undecided, on: session) {
            while case .worked = step(on: session) {}
        }
        let unknown = undecided?.batch ?? []
        undecided = nil
        condition.lock()
        state.hasStopped = true
        let waiters = state.stopWaiters
        state.stopWaiters = []
        let lost = state.queue + parked.removeAll()
        state.queue = []
        let chores = state.chores
        state.chores = []
        condition.unlock()
        if !unknown.isEmpty {
            logger.critical("stopped before a commit's outcome was known", metadata: ["commands": "\(unknown.count)"])
            deliver(unknown.map { ($0, .refused(Self.outcomeUnknown(of: $0.command))) })
        }
        if !lost.isEmpty {
            logger.critical("stopped before all holds could be ended; they expire uncharged", metadata: ["holds": "\(lost.count)"])
            deliver(zip(lost, repeatElement(.refused(Self.unavailable), count: lost.count)))
        }
        if unknown.isEmpty, lost.isEmpty { try? session.release() }
        chores.forEach { $0.refuse() }
        waiters.forEach { $0.resume() }
    }

    private func seconds(_ milliseconds: Int) -> Double { Double(milliseconds) / 1_000 }

    /// When there is something to do though nobody asks: a heartbeat, or the next try of what stands aside.
    private func nextAlarm(_ session: NodeSession) -> Date? {
        let heartbeat = session.isShared ? Date(timeIntervalSinceNow: seconds(limits.heartbeatMilliseconds)) : nil
        let due = parked.nextDue.map { Date(timeIntervalSinceNow: max(0, ContinuousClock.now.duration(to: $0) / .seconds(1))) }
        return [heartbeat, due].compactMap(\.self).min()
    }

    /// - Parameter deadline: nil where only new work ends the wait.
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
        case .batch(let batch, let ledger, let isParked):
            let unwritten = process(batch, by: ledger, on: session, isParked: isParked)
            guard isFailing else { break }
            refuseQueued(keeping: unwritten)
            // The database may be well, and only this batch be too much for it: then nothing else would ever make a pause.
            if size.hasFailedAgain { return .failing }
        case .chore(let chore): run(chore, on: session)
        case .heartbeat: if !probe(session) { markFailing(true) }
        case .nothing: return .idle
        case .end: return .stopped
        }
        return .worked
    }

    private enum Work {
        case batch(ArraySlice<Entry>, Ledger, isParked: Bool)
        case chore(Chore)
        case heartbeat
        case nothing
        case end
    }

    /// A chore, or a try of what stands aside, goes between two batches.
    private func nextWork() -> Work {
        condition.lock()
        defer { condition.unlock() }
        if state.isHeartbeatDue {
            state.isHeartbeatDue = false
            return .heartbeat
        }
        if state.queue.isEmpty || !state.didChore {
            state.didChore = true
            if let entry = parked.takeDue(at: .now) { return .batch([entry], state.ledger, isParked: true) }
            if !state.chores.isEmpty { return .chore(state.chores.removeFirst()) }
        }
        state.didChore = false
        guard !state.queue.isEmpty else {
            guard state.isStopping else { return .nothing }
            return parked.takeLast(at: .now).map { .batch([$0], state.ledger, isParked: true) } ?? .end
        }
        let batch = state.queue.prefix(size.count(of: state.queue.lazy.map(\.command)))
        if batch.count == state.queue.count {
            state.queue = []
        } else {
            state.queue = Array(state.queue.dropFirst(batch.count))
        }
        return .batch(batch, state.ledger, isParked: false)
    }

    /// - Parameter isParked: whether it is one that stood aside, and is tried again.
    /// - Returns: the entries that must be tried again.
    private func process(
        _ batch: ArraySlice<Entry>, by ledger: Ledger, on session: NodeSession, isParked: Bool = false
    ) -> [Entry] {
        do {
            let started = ContinuousClock.now
            let replies = try script.run(batch.map(\.command), by: ledger, on: session)
            size.succeeded()
            metrics.committed(batch.count, in: started.duration(to: .now))
            deliver(zip(batch, replies))
            return []
        } catch let failure as StoreFailure where failure.kind.concernsWhatIsTouched {
            return separate(batch, failure, by: ledger, on: session)
        } catch let undecided as UndecidedBatch {
            logger.error(
                "a commit's outcome is not known", metadata: ["error": "\(undecided.failure)", "commands": "\(batch.count)"])
            self.undecided = Undecided(batch: batch, replies: undecided.replies)
            markFailing(true)
            return []
        } catch {
            logger.error("the ledger could not be written", metadata: ["error": "\(error)", "commands": "\(batch.count)"])
            // A lease that is gone says nothing about the batch.
            let isFenced = (error as? StoreFailure)?.kind == .fenced
            if !isFenced, !isParked { size.failed(batch.count) }
            if batch.count == 1, let entry = batch.first, entry.command.mustLand, !isFenced, isParked || size.isExhausted, probe(session) {
                if !isParked { size.stoodAside() }
                park(entry)
                return []
            }
            markFailing(true)
            return refuseAdmissions(batch)
        }
    }

    /// The database is well, and only this one does not land: nobody else has to wait for it.
    private func park(_ entry: Entry) {
        parked.park(entry, at: .now)
        logger.error("an ending stands aside, and is tried again", metadata: entry.command.account.map { ["account": "\($0)"] } ?? [:])
    }

    /// Nobody of an undecided batch is answered before it is known what is true.
    /// - Returns: whether that is known now.
    private func resolve(_ undecided: Undecided, on session: NodeSession) -> Bool {
        guard let outcome = try? session.lostCommit() else { return false }
        self.undecided = nil
        logger.notice("a commit's outcome is known", metadata: ["outcome": "\(outcome)"])
        switch outcome {
        case .committed: deliver(zip(undecided.batch, undecided.replies))
        case .committedUnderLostLease: deliver(zip(undecided.batch, undecided.replies.map(Self.withoutHold)))
        case .notCommitted:
            size.failed(undecided.batch.count)
            refuseQueued(keeping: refuseAdmissions(undecided.batch))
            return true
        }
        size.succeeded()
        // What the batch left unwritten still waits at the head of the queue.
        markFailing(false)
        return true
    }

    /// - Returns: what must be tried again.
    private func refuseAdmissions(_ batch: ArraySlice<Entry>) -> [Entry] {
        let refused = batch.filter { !$0.command.mustLand }
        deliver(zip(refused, repeatElement(.refused(Self.unavailable), count: refused.count)))
        return batch.filter { $0.command.mustLand }
    }

    /// One command of the batch can never be written, or touches what is damaged or locked: each half gets a transaction of its own, and so
    /// on, until only that one fails.
    private func separate(_ batch: ArraySlice<Entry>, _ failure: StoreFailure, by ledger: Ledger, on session: NodeSession) -> [Entry] {
        guard batch.count == 1, let entry = batch.first else {
            let middle = batch.startIndex + batch.count / 2
            let unwritten = process(batch[..<middle], by: ledger, on: session)
            // Where one half cannot be written now, the other waits as well: the outcome of one is asked for at a time.
            return unwritten + (isFailing ? refuseAdmissions(batch[middle...]) : process(batch[middle...], by: ledger, on: session))
        }
        logger.critical("a command could not be entered in the books", metadata: ["error": "\(failure)"])
        switch failure.kind {
        case .constraint: deliver([(entry, .refused(Self.impossible))])
        case _ where entry.command.mustLand: park(entry)
        default: deliver([(entry, .refused(Self.unavailable))])
        }
        return []
    }

    private func run(_ chore: Chore, on session: NodeSession) {
        do {
            try chore.run(session)
        } catch let failure as StoreFailure where failure.kind.concernsWhatIsTouched {
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

    private var hasWork: Bool { condition.withLock { !state.queue.isEmpty || !state.chores.isEmpty } || parked.isDue(at: .now) }
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
