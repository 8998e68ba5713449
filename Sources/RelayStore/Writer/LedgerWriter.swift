public import CoreMetrics
import Foundation
public import Logging
public import RelayDomain

/// Where replies go: one call for all of a batch that are for the same port.
public protocol ReplyPort: AnyObject, Sendable {
    /// Called on the writer's thread. Must not block.
    func deliver(_ replies: [TicketedReply])
}

/// A reply and the number under which its command was submitted.
public struct TicketedReply: Sendable {
    public let ticket: Int
    public let reply: Reply
}

/// The figures that bound the writer.
public struct LedgerWriterLimits: Sendable {
    /// Commands in one transaction.
    public var batch = 256
    /// Commands that wait. Endings of holds are taken beyond it: their number is bounded by the holds.
    public var queued = 8_192
    /// The longest pause between two tries while the database fails.
    public var retryMilliseconds = 500
    /// How long endings that could not be written are tried at the stop.
    public var stopSeconds = 10.0

    public init() {}
}

/// The one thread that writes money. It takes whatever is queued, commits it in one transaction, and only then answers.
///
/// There is no timer: while one commit runs, the next batch gathers. When the database fails, admissions are refused at once with
/// `ledger_unavailable`, while endings of holds stay queued and are tried until they land.
public final class LedgerWriter: Sendable {
    private struct Entry {
        let command: Command
        let port: any ReplyPort
        let ticket: Int
    }

    private struct State {
        var queue: [Entry] = []
        var ledger: Ledger
        var isFailing = false
        var isStopping = false
        var hasStopped = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let condition = NSCondition()
    private nonisolated(unsafe) var state: State
    private let limits: LedgerWriterLimits
    private let logger: Logger
    private let metrics: WriterMetrics

    public init(
        ledger: Ledger, limits: LedgerWriterLimits = LedgerWriterLimits(), metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) {
        state = State(ledger: ledger)
        self.metrics = WriterMetrics(metrics)
        self.limits = limits
        self.logger = logger
    }

    /// Starts the thread.
    /// - Parameter session: used by that thread alone from now on.
    public func start(on session: sending any SQLSession) {
        let box = SessionBox(session)
        let thread = Thread { [self] in run(box.session) }
        thread.name = "ledger-writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Queues a command. The reply comes to `port`, on the writer's thread, when it is durable or refused.
    /// - Returns: nil when it was queued; a refusal when it was not.
    public func submit(_ command: Command, to port: any ReplyPort, ticket: Int) -> Refusal? {
        condition.lock()
        defer { condition.unlock() }
        if !command.mustLand {
            if state.isStopping { return Refusal(.draining, "The relay is shutting down.", retryAfterSeconds: 5) }
            if state.isFailing { return Self.unavailable }
            if state.queue.count >= limits.queued {
                return Refusal(.overloaded, "Too many requests are waiting. Try again in a moment.", retryAfterSeconds: 1)
            }
        }
        state.queue.append(Entry(command: command, port: port, ticket: ticket))
        // Whoever makes the queue non-empty wakes the thread; for the others it is awake or about to look.
        if state.queue.count == 1 { condition.signal() }
        return nil
    }

    /// Queues a command and waits for its reply.
    public func perform(_ command: Command) async -> Reply {
        await withCheckedContinuation { continuation in
            let port = ContinuationPort(continuation)
            if let refusal = submit(command, to: port, ticket: 0) { continuation.resume(returning: .refused(refusal)) }
        }
    }

    /// Whether the last transaction could be committed.
    public var isHealthy: Bool {
        condition.withLock { !state.isFailing && !state.hasStopped }
    }

    /// Commands that wait.
    public var queuedCount: Int { condition.withLock { state.queue.count } }

    /// The catalogue in force, and its replacement from the next batch on.
    public var ledger: Ledger {
        get { condition.withLock { state.ledger } }
        set { condition.withLock { state.ledger = newValue } }
    }

    /// Refuses new admissions, writes what is queued, and ends the thread.
    public func stop() async {
        await withCheckedContinuation { continuation in
            condition.lock()
            defer { condition.unlock() }
            guard !state.hasStopped else { return continuation.resume() }
            state.isStopping = true
            state.stopWaiters.append(continuation)
            condition.signal()
        }
    }

    private static let unavailable = Refusal(
        .ledgerUnavailable, "The ledger cannot be written at present. Nothing was charged. Try again in a moment.", retryAfterSeconds: 5)

    // MARK: The thread

    private func run(_ session: any SQLSession) {
        while let (batch, ledger) = nextBatch() {
            let unwritten = process(batch, by: ledger, on: session)
            guard isFailing else { continue }
            refuseQueued(keeping: unwritten)
            guard waitUntilWritable(session) else { break }
        }
        condition.lock()
        state.hasStopped = true
        let waiters = state.stopWaiters
        state.stopWaiters = []
        let lost = state.queue
        state.queue = []
        condition.unlock()
        if !lost.isEmpty {
            logger.critical("stopped before all holds could be ended; they expire uncharged", metadata: ["holds": "\(lost.count)"])
            deliver(zip(lost, repeatElement(.refused(Self.unavailable), count: lost.count)))
        }
        waiters.forEach { $0.resume() }
    }

    /// Waits for something to do. nil: stopped, and nothing is left.
    private func nextBatch() -> (batch: ArraySlice<Entry>, ledger: Ledger)? {
        condition.lock()
        defer { condition.unlock() }
        while state.queue.isEmpty {
            if state.isStopping { return nil }
            condition.wait()
        }
        let batch = state.queue.prefix(limits.batch)
        if batch.count == state.queue.count {
            state.queue = []
        } else {
            state.queue = Array(state.queue.dropFirst(limits.batch))
        }
        return (batch, state.ledger)
    }

    /// - Returns: the entries that must be tried again.
    private func process(_ batch: ArraySlice<Entry>, by ledger: Ledger, on session: any SQLSession) -> [Entry] {
        do {
            let started = ContinuousClock.now
            let replies = try BatchScript().run(batch.map(\.command), by: ledger, on: session)
            metrics.committed(batch.count, in: started.duration(to: .now))
            deliver(zip(batch, replies))
            return []
        } catch let failure as StoreFailure where failure.kind != .unavailable {
            return separate(batch, failure, by: ledger, on: session)
        } catch {
            logger.error("the ledger could not be written", metadata: ["error": "\(error)", "commands": "\(batch.count)"])
            let refused = batch.filter { !$0.command.mustLand }
            markFailing(true)
            deliver(zip(refused, repeatElement(.refused(Self.unavailable), count: refused.count)))
            return batch.filter { $0.command.mustLand }
        }
    }

    /// One command of the batch can never be written: each gets a transaction of its own, so that only that one fails.
    private func separate(_ batch: ArraySlice<Entry>, _ failure: StoreFailure, by ledger: Ledger, on session: any SQLSession) -> [Entry] {
        guard batch.count == 1, let entry = batch.first else {
            return batch.indices.flatMap { process(batch[$0...$0], by: ledger, on: session) }
        }
        logger.critical("a command was refused by the books' own constraints", metadata: ["error": "\(failure)"])
        deliver([(entry, .refused(Refusal(.internalError, "The request could not be entered in the books. Nothing was charged.")))])
        return []
    }

    /// Whoever only waits to begin is told at once that it will not be; what must land goes to the head of the queue.
    private func refuseQueued(keeping unwritten: [Entry]) {
        let refused = condition.withLock {
            let waiting = state.queue
            state.queue = unwritten + waiting.filter(\.command.mustLand)
            return waiting.filter { !$0.command.mustLand }
        }
        deliver(zip(refused, repeatElement(.refused(Self.unavailable), count: refused.count)))
    }

    /// Pauses and probes until a transaction succeeds again.
    /// - Returns: false when a stop has waited for it in vain.
    private func waitUntilWritable(_ session: any SQLSession) -> Bool {
        var stopDeadline: Date?
        while true {
            condition.lock()
            if state.isStopping, stopDeadline == nil { stopDeadline = Date(timeIntervalSinceNow: limits.stopSeconds) }
            _ = condition.wait(until: Date(timeIntervalSinceNow: Double(limits.retryMilliseconds) / 1_000))
            condition.unlock()
            do {
                try session.transaction { try session.execute(Self.probe) }
                markFailing(false)
                logger.notice("the ledger can be written again")
                return true
            } catch {
                if let stopDeadline, Date() > stopDeadline { return false }
            }
        }
    }

    /// Writes something, since a transaction that writes nothing succeeds on a full disk.
    private static let probe = SQLStatement(
        "INSERT INTO probe (id, tries) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET tries = probe.tries + 1")

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

/// Carries the session to the thread that alone uses it.
private struct SessionBox: @unchecked Sendable {
    let session: any SQLSession
    init(_ session: any SQLSession) { self.session = session }
}

private final class ContinuationPort: ReplyPort {
    private let continuation: CheckedContinuation<Reply, Never>

    init(_ continuation: CheckedContinuation<Reply, Never>) { self.continuation = continuation }

    func deliver(_ replies: [TicketedReply]) {
        continuation.resume(returning: replies[0].reply)
    }
}
