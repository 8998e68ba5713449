import Foundation
import Logging
import RelayDomain
import RelayStoreSQLite
import RelayTestKit

@testable import RelayStore

/// A world of some nodes on one database, in which everything that can go wrong does, in an order that a seed decides.
///
/// The ledger, the writers, the nodes' sessions, the census and the database are the real ones. Time, threads, connections and deaths are
/// not: each event is drawn from one generator, and the same seed gives the same events and the same books. Beside it runs a model
/// (``BooksModel``) which is told what the database committed, and says what every reply and every row must be.
///
/// Runs on one thread, and must not be used by two at a time.
public final class Simulation: @unchecked Sendable {
    static let grace: Int64 = 30_000
    /// Events between two moments at which everything is brought to rest and all books are compared.
    static let quietEvery = 400
    private static let eventsKept = 30

    public let seed: UInt64
    public private(set) var step = 0
    /// How often what happened.
    public private(set) var counts: [String: Int] = [:]

    let mutant: Mutant?
    let store: SQLiteStore
    let base: any SQLSession
    let executor = SteppedExecutor()
    let clock = VirtualClock(start: LimitScenario.start)
    var random: SeededGenerator
    var model = BooksModel()
    /// What the replies of commands that took effect must be.
    var expected: [Int: Effect] = [:]
    /// Commands that the books' own constraints refuse.
    var poisoned: Set<Int> = []
    var leases: [Int64: SimulatedLease] = [:]
    var nodes: [SimulatedNode] = []
    /// Pieces of work that nodes have done: several in a step.
    var workCount = 0
    var incarnations = 0
    var nextTicket = 1
    var nextID: UInt64 = 1
    /// All nodes' clocks together, beyond the database's.
    var commonOffset: Int64 = 0
    var known = KnownIdentifiers()
    /// Those that were made here, kept for as long as the store.
    var statements: [SQLStatement] = []
    private var events: [String] = []
    private let folder: URL

    public init(seed: UInt64, mutant: Mutant? = nil) throws {
        self.seed = seed
        self.mutant = mutant
        random = SeededGenerator(seed: seed)
        let memory = URL(filePath: "/dev/shm")
        let parent = FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        folder = parent.appending(path: "nexrelay-simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try SQLiteStore(
            path: folder.appending(path: "relay.db").path, logger: Logger(label: "simulated") { _ in SwiftLogNoOpLogHandler() })
        base = store.writerSession()
        for _ in 0..<Int.random(in: 1...4, using: &random) { startNode() }
    }

    deinit {
        for node in nodes { node.kill(executor) }
        try? store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs on to a step.
    /// - Throws: ``SimulationFailure`` at the first thing that is not as it must be.
    public func run(steps: Int) throws {
        if step == 0 { try setUp() }
        while step < steps {
            step += 1
            try happen()
            if step % Self.quietEvery == 0 { try comeToRest() }
        }
        try comeToRest()
    }

    func count(_ what: String) { counts[what, default: 0] += 1 }

    func log(_ event: String) {
        events.append("\(step): \(event)")
        if events.count > Self.eventsKept { events.removeFirst(events.count - Self.eventsKept) }
    }

    func failure(_ message: String) -> SimulationFailure {
        SimulationFailure(seed: seed, step: step, message: message, events: events)
    }

    func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw failure(message()) }
    }

    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}

/// What a command that took effect came to.
struct Effect {
    let outcome: Outcome
    /// Under which it was committed.
    let lease: Int64
    /// The piece of work that committed it.
    let work: Int
}

/// What the model knows of a lease.
struct SimulatedLease {
    let node: String
    /// Of the world's clock, at its last commit.
    var lastCommit: Int64
    var isReleased = false
    var haveHoldsExpired = false
}

/// Identifiers that commands have used, so that others can use them again.
struct KnownIdentifiers {
    var ended: [(RequestID, AccountID)] = []
    var orders: [(OrderID, AccountID)] = []
    var keys: [Key] = []
    var adjustments: [Adjustment] = []
    var reviews: [(ReviewID, AccountID)] = []
}
