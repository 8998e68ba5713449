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

/// The one thread that writes money. It takes whatever is queued, commits it in one transaction, and only then answers.
///
/// There is no timer: while one commit runs, the next batch gathers. When the database fails, admissions are refused at once with
/// `ledger_unavailable`, while endings of holds stay queued and are tried until they land.
public final class LedgerWriter: Sendable {
    /// What ``step(on:)`` came to.
    public enum Step: Sendable {
        case worked
        /// Nothing waits.
        case idle
        /// The database fails; it is to be tried again after a pause.
        case failing
        case stopped
    }

    struct Entry {
        let command: Command
        let port: any ReplyPort
        let ticket: Int
    }

    struct State {
        var queue: [Entry] = []
        var chores: [Chore] = []
        var ledger: Ledger
        var isFailing = false
        var isHeartbeatDue = false
        /// Whether the last work was a chore.
        var didChore = false
        var isStopping = false
        var hasStopped = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// A batch whose commit was sent, and whose outcome is not known.
    struct Undecided {
        let batch: ArraySlice<Entry>
        let replies: [Reply]
    }

    /// Work beside the commands, in a transaction of its own.
    struct Chore {
        let run: (NodeSession) throws -> Void
        let refuse: () -> Void
    }

    let condition = NSCondition()
    /// Touched by the writer's thread alone.
    nonisolated(unsafe) var undecided: Undecided?
    /// Touched by the writer's thread alone.
    nonisolated(unsafe) var size: BatchSize
    /// Touched by the writer's thread alone.
    nonisolated(unsafe) var parked: ParkedEndings
    nonisolated(unsafe) var state: State
    let limits: LedgerWriterLimits
    let logger: Logger
    let metrics: WriterMetrics
    let script: BatchScript

    /// - Parameter whenAnnounced: called on the writer's thread where something is durable that programs are told of; not always where a
    ///   connection broke meanwhile. Must not block.
    public init(
        ledger: Ledger, limits: LedgerWriterLimits = LedgerWriterLimits(), metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger, whenAnnounced: @escaping @Sendable () -> Void = {}
    ) {
        script = BatchScript(whenAnnounced: whenAnnounced)
        state = State(ledger: ledger)
        self.metrics = WriterMetrics(metrics)
        self.limits = limits
        size = BatchSize(limits)
        parked = ParkedEndings(limits)
        self.logger = logger
    }

    /// Starts the thread.
    /// - Parameter session: used by that thread alone from now on.
    public func start(on session: sending NodeSession) {
        let box = SessionBox(session)
        let thread = Thread { [self] in runThread(box.session) }
        thread.name = "ledger-writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Queues a command. The reply comes to `port`, on the writer's thread, when it is durable or refused.
    /// - Returns: nil when it was queued; a refusal when it was not.
    public func submit(_ command: Command, to port: any ReplyPort, ticket: Int) -> Refusal? {
        condition.lock()
        defer { condition.unlock() }
        if state.hasStopped { return Refusal(.draining, "The relay has stopped.", retryAfterSeconds: 5) }
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

    /// Runs `work` in a transaction of its own on the writer's thread, between two batches: what is not money, and must be short.
    /// - Throws: what `work` throws; ``StoreFailure`` where it could not be committed, or where too many wait.
    public func run<T: Sendable>(_ work: @escaping @Sendable (NodeSession) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = StoreFailure(.unavailable, "the ledger cannot be written at present")
            let chore = Chore(
                run: { session in
                    do {
                        let value = try session.transaction { try work(session) }
                        continuation.resume(returning: value)
                    } catch {
                        continuation.resume(throwing: error)
                        if error is StoreFailure { throw error }
                    }
                },
                refuse: { continuation.resume(throwing: refusal) })
            condition.lock()
            defer { condition.unlock() }
            guard !state.isFailing, !state.isStopping, !state.hasStopped, state.chores.count < limits.chores else { return chore.refuse() }
            state.chores.append(chore)
            condition.signal()
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
}

/// Carries the session to the thread that alone uses it.
private struct SessionBox: @unchecked Sendable {
    let session: NodeSession
    init(_ session: NodeSession) { self.session = session }
}

private final class ContinuationPort: ReplyPort {
    private let continuation: CheckedContinuation<Reply, Never>

    init(_ continuation: CheckedContinuation<Reply, Never>) { self.continuation = continuation }

    func deliver(_ replies: [TicketedReply]) {
        continuation.resume(returning: replies[0].reply)
    }
}
