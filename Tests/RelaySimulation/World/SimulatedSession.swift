import RelayStore

/// What goes wrong with a transaction.
enum Fault: Hashable, CustomStringConvertible {
    /// Refused before anything is written.
    case refused
    /// Fails as the statement with this number, counted from 0, is to be run. A transaction of fewer statements succeeds.
    case atStatement(Int)
    case atCommit
    /// Committed, and nobody is told.
    case replyLost
    /// Not committed, and nobody is told.
    case commitLost
    /// In the way of another transaction: what was done is undone, and done again.
    case conflict

    var description: String {
        switch self {
        case .refused: "refused"
        case .atStatement(let number): "fails at statement \(number)"
        case .atCommit: "fails at the commit"
        case .replyLost: "committed, the reply lost"
        case .commitLost: "not committed, the reply lost"
        case .conflict: "begun anew"
        }
    }
}

/// One transaction, as the database saw it.
struct SeenTransaction {
    /// Whether it was a batch of commands: these alone read wallets.
    var isBatch = false
    /// Whether it took or prolonged a lease.
    var hasLease = false
    var epoch: Int64 = 0
    var isCommitted = false
    var failure: StoreFailure.Kind?
}

/// A node's connection to the one database of the simulated world. It breaks when it is told to, and remembers what the database saw.
final class SimulatedSession: SQLSession {
    private let base: any SQLSession
    private let mutant: Mutant?
    /// Of the transactions to come, the next first.
    var faults: [Fault] = []
    /// The database cannot be reached.
    var isCutOff = false
    /// The process is dead: nothing that it still does reaches the database.
    var isDead = false
    /// Told of each transaction, when it has come to its end and before anything else happens.
    var onEnd: (SeenTransaction) -> Void = { _ in }
    private var current = SeenTransaction()
    private var fault: Fault?
    private var statements = 0
    /// The lease of the transaction that runs.
    var currentEpoch: () -> Int64 = { 0 }

    init(_ base: any SQLSession, mutant: Mutant?) {
        self.base = base
        self.mutant = mutant
    }

    /// Thrown inside a transaction to undo it.
    private struct Undo: Error {}

    func transaction<T>(_ body: () throws -> T) throws -> T {
        if isDead { return try body() }
        fault = isCutOff ? .refused : faults.isEmpty ? nil : faults.removeFirst()
        current = SeenTransaction()
        defer {
            fault = nil
            onEnd(current)
        }
        do {
            return try faulty(body)
        } catch {
            current.failure = (error as? StoreFailure)?.kind ?? .unavailable
            throw error
        }
    }

    private func faulty<T>(_ body: () throws -> T) throws -> T {
        if fault == .refused { throw StoreFailure(.unavailable, "simulated: refused") }
        var undone: T?
        var hidden: (any Error)?
        do {
            if fault == .conflict {
                do {
                    try base.transaction {
                        _ = try body()
                        if mutant != .keepsBoth { throw Undo() }
                    }
                } catch is Undo {}
                statements = 0
            }
            let result: T? = try base.transaction {
                statements = 0
                let result: T
                do { result = try body() } catch  where mutant == .commitsHalf {
                    hidden = error
                    return nil
                }
                current.epoch = currentEpoch()
                if fault == .atCommit || fault == .commitLost {
                    undone = result
                    throw Undo()
                }
                return result
            }
            if let hidden { throw hidden }
            current.isCommitted = true
            if fault == .replyLost {
                throw StoreFailure(mutant == .callsLostFailed ? .unavailable : .undecided, "simulated: the reply was lost")
            }
            return result!
        } catch is Undo {
            if mutant == .answersBeforeCommit { return undone! }
            throw StoreFailure(fault == .atCommit ? .unavailable : .undecided, "simulated: not committed")
        }
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        guard !isDead, count > 0 else { return }
        try note(statement)
        guard let statement = mutant?.changed(statement) ?? statement.unchanged(by: mutant) else { return }
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        guard !isDead, count > 0 else { return }
        try note(statement)
        guard let statement = mutant?.changed(statement) ?? statement.unchanged(by: mutant) else { return }
        let otherwise = mutant == .hasNoFence && otherwise?.kind == .fenced ? nil : otherwise
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }

    private func note(_ statement: SQLStatement) throws {
        if statement.sql.contains("FROM wallets WHERE account") { current.isBatch = true }
        if statement.sql.hasPrefix("INSERT INTO nodes") || statement.sql.hasPrefix("UPDATE nodes SET lease_until") {
            current.hasLease = true
        }
        defer { statements += 1 }
        if case .atStatement(statements) = fault { throw StoreFailure(.unavailable, "simulated: the connection was lost") }
    }
}

/// Reads the books of the simulated world, each call on what is committed just then.
struct SimulatedSource: ReadSource, @unchecked Sendable {
    let base: any SQLSession
    let mutant: Mutant?
    /// The session of the process that reads; nil for the simulation itself.
    var node: SimulatedSession?

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        if node?.isCutOff ?? false { throw StoreFailure(.unavailable, "simulated: refused") }
        let session = SimulatedSession(base, mutant: mutant)
        return try session.transaction { try body(session) }
    }
}
