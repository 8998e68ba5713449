import Foundation
import RelayDomain
import RelayStore
import Synchronization

/// How much of sealing goes on beside a load.
enum Sealing: String, CaseIterable {
    /// Nothing: not even what is posted is queued. The relay cannot be set to this, and the books are of no use afterwards.
    case off = "nothing queued"
    /// What is posted is queued, in the transaction that posts it; nobody seals.
    case queued = "queued"
    /// As in the relay: a sealer comes by every second.
    case sealed = "queued and sealed"
}

/// Customers who ask, and are charged, as fast as the ledger goes.
final class SealingLoad: Sendable {
    private static let customers: Int64 = 64
    private let sealing: Sealing
    private let writer: LedgerWriter
    private let sealer: JournalSealer
    private let skipped = Skipped()
    private let duration: Duration

    init(_ sealing: Sealing, on bench: Bench, seconds: Double) {
        self.sealing = sealing
        duration = .seconds(seconds)
        writer = LedgerWriter(ledger: BooksFiller.ledger, logger: Bench.logger)
        sealer = JournalSealer(reader: bench.reader, writer: writer, code: bench.code)
        let session = SealQueueSwitch(bench.store.writerSession(), skipped: skipped, queues: sealing != .off)
        writer.start(on: Bench.node(on: bench.store, session))
    }

    func run() async throws -> [String: Double] {
        let clock = ContinuousClock()
        let (start, busy) = (clock.now, Self.processSeconds())
        let end = start + duration
        let pairs = try await withThrowingTaskGroup(of: Int.self) { group in
            for customer in 0..<Self.customers {
                group.addTask { [writer] in
                    var count = 0
                    while clock.now < end {
                        // Each with wallets of its own.
                        let wallet = (customer + Int64(count) * Self.customers) % (BooksFiller.accounts / Self.customers * Self.customers)
                        let request = BooksFiller.newRequest()
                        let reply = await writer.perform(BooksFiller.admission(request, by: wallet))
                        guard case .admitted = reply else { fatalError("not admitted: \(reply)") }
                        guard case .ended = await writer.perform(BooksFiller.settlement(request, of: wallet)) else {
                            fatalError("not settled")
                        }
                        count += 1
                    }
                    return count
                }
            }
            if sealing == .sealed {
                group.addTask { [sealer] in
                    while clock.now < end {
                        try await Task.sleep(for: min(.seconds(1), end - clock.now))
                        _ = try await sealer.run()
                    }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (clock.now - start) / .seconds(1)
        guard (skipped.count > 0) == (sealing == .off) else { fatalError("the seals' queue is not what this switches off") }
        return ["pairs": Double(pairs), "seconds": seconds, "cpuSeconds": Self.processSeconds() - busy]
    }

    /// Leaves no queue to the next one.
    func finish() async throws {
        _ = try await sealer.run()
        await writer.stop()
    }

    /// User and system time so far.
    private static func processSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }
}

/// How many statements were left out.
final class Skipped: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}

/// A session that can leave out what queues transfers for the sealer, and does everything else.
struct SealQueueSwitch: SQLSession {
    private let base: any SQLSession
    private let skipped: Skipped
    private let queues: Bool

    init(_ base: sending any SQLSession, skipped: Skipped, queues: Bool) {
        (self.base, self.skipped, self.queues) = (base, skipped, queues)
    }

    func transaction<T>(_ body: () throws -> T) throws -> T { try base.transaction(body) }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
        guard queues || !statement.sql.hasPrefix("INSERT INTO unsealed_batches ") else { return skipped.add() }
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}
