import Logging
import RelayDomain
import RelayTestKit

@testable import RelayStore

/// A request that a node has let through and not ended: in the node's memory alone.
struct LivingExchange {
    var admission: AdmissionRequest
    var model: String
    var furtherModels: [String]
    var input: Int64
    var output: Int64
    /// A command of it is on its way.
    var isBusy = false
}

/// One relay of the simulated world: a real writer on a real node's session, which does a step when it is told to.
///
/// Touched on the simulation's thread alone.
final class SimulatedNode: ReplyPort, @unchecked Sendable {
    let name: String
    let session: SimulatedSession
    let lease: NodeSession
    let writer: LedgerWriter
    let census: NodeCensus
    /// What its own clock says beyond the world's.
    var clockOffset: Int64 = 0
    /// It does nothing until this moment of the world.
    var pausedUntil: Int64 = 0
    /// It cannot reach the database until this moment of the world.
    var cutOffUntil: Int64 = 0
    var catalogue: Int
    var exchanges: [RequestID: LivingExchange] = [:]
    /// What was submitted and is not answered.
    var pending: [Int: Command] = [:]
    var isCounting = false
    /// It has stopped in order, and answered whoever still waited.
    var hasFinished = false
    private(set) var delivered: [TicketedReply] = []
    private var isAlive = true

    init(
        name: String, base: any SQLSession, clock: VirtualClock, grace: Int64, catalogue: Int, ledger: Ledger, batch: Int, batchBytes: Int,
        mutant: Mutant?
    ) {
        self.name = name
        self.catalogue = catalogue
        session = SimulatedSession(base, mutant: mutant)
        lease = NodeSession(
            session, name: name, isShared: true, dialect: .sqlite, lease: LeaseTimes(graceMilliseconds: grace), now: { clock.now },
            instant: { clock.instant })
        var limits = LedgerWriterLimits()
        limits.batch = batch
        limits.batchBytes = batchBytes
        limits.queued = 40
        // Its clock is not the writer's.
        limits.parkMilliseconds = 0
        let logger = Logger(label: "simulated") { _ in SwiftLogNoOpLogHandler() }
        writer = LedgerWriter(ledger: ledger, limits: limits, logger: logger)
        census = NodeCensus(
            reader: LedgerReader(source: SimulatedSource(base: base, mutant: mutant, node: session)), writer: writer, dialect: .sqlite,
            isShared: true,
            graceMilliseconds: grace, now: { clock.now })
        session.currentEpoch = { [unowned lease] in lease.epoch }
    }

    func deliver(_ replies: [TicketedReply]) {
        if isAlive { delivered += replies }
    }

    func takeDelivered() -> [TicketedReply] {
        defer { delivered = [] }
        return delivered
    }

    /// What the writer decides next, where it decides anything.
    var nextBatch: ArraySlice<LedgerWriter.Entry> {
        let state = writer.state
        if let parked = writer.parked.entries.first, state.queue.isEmpty || !state.didChore { return [parked] }
        return state.queue.prefix(writer.size.count(of: state.queue.lazy.map(\.command)))
    }

    /// Ends the process, wherever it is. What its tasks wait for is answered, so that they end too; nothing of it reaches anybody.
    func kill(_ executor: SteppedExecutor) {
        isAlive = false
        session.isDead = true
        for _ in 0..<200 {
            executor.drain()
            if case .idle = writer.step(on: lease), !isCounting { return }
        }
    }
}
