import RelayDomain
import RelayStore
import Synchronization

/// Books of payments in memory, that hold a scanner to what it promises.
final class MemoryDepositBook: DepositBook {
    struct State {
        var chain: ChainIdentity?
        var cursor: Int64?
        var start: Int64?
        /// Addresses at which orders may still be paid.
        var watched: [String] = []
        /// Where another node waits for this one to let go: how long it may be silent, in milliseconds, and when it was heard of last.
        var patience: Int64?
        var heardAt: Int64 = 0
        var deposits: [DepositID: ChainTransfer] = [:]
        var sweeps: [DepositID: ChainTransfer] = [:]
        var sightings: [Sighting] = []
        var advances: [Int64] = []
        var unsettled: Set<DepositID> = []
        var settled: [DepositID] = []
        var isHeldByAnother = false
        var failures: [StoreFailure] = []
    }

    private let books = Mutex(State())
    private let clock: ManualClock

    init(clock: ManualClock = ManualClock()) {
        self.clock = clock
    }

    var state: State { books.withLock { $0 } }

    func set(_ change: (inout State) -> Void) { books.withLock { change(&$0) } }

    func hold(_ network: PaymentNetwork, on chain: ChainIdentity, startingAt start: Int64) async throws -> ScanPosition? {
        try books.withLock { books in
            if books.isHeldByAnother { return nil }
            if let known = books.chain, known != chain { throw OtherChain(known: known, found: chain) }
            books.chain = chain
            let cursor = books.cursor ?? start
            books.cursor = cursor
            books.start = books.start ?? start
            books.heardAt = clock.now.milliseconds
            return ScanPosition(cursor: cursor, start: books.start ?? start)
        }
    }

    func watched(_ network: PaymentNetwork) async throws -> [String] { state.watched }

    func advance(
        _ network: PaymentNetwork, from position: ScanPosition, to cursor: Int64, deposits: [ChainTransfer], sweeps: [ChainTransfer]
    ) async throws -> ScanPosition {
        try books.withLock { books in
            if !books.failures.isEmpty { throw books.failures.removeFirst() }
            if let patience = books.patience, clock.now.milliseconds - books.heardAt > patience {
                throw StoreFailure(.fenced, "another node scans")
            }
            books.heardAt = clock.now.milliseconds
            guard position.cursor == books.cursor, cursor > position.cursor, deposits.allSatisfy({ $0.block <= cursor }) else {
                throw StoreFailure(.fenced, "the cursor is elsewhere")
            }
            for deposit in deposits where books.deposits[deposit.id] == nil {
                books.deposits[deposit.id] = deposit
                books.unsettled.insert(deposit.id)
            }
            for sweep in sweeps where books.sweeps[sweep.id] == nil { books.sweeps[sweep.id] = sweep }
            books.cursor = cursor
            books.advances.append(cursor)
            return ScanPosition(cursor: cursor, start: position.start)
        }
    }

    func show(_ network: PaymentNetwork, sightings: [Sighting], head: Int64, final: Int64) async throws {
        books.withLock { $0.sightings = sightings }
    }

    func settleDeposits(of network: PaymentNetwork) async throws -> Int {
        books.withLock { books in
            let count = books.unsettled.count
            books.settled += books.unsettled.sorted()
            books.unsettled = []
            return count
        }
    }
}
