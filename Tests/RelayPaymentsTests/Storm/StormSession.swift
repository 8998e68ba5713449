import RelayStore

/// A node's connection to the books, that fails as its ``Lifeline`` says.
final class StormSession: SQLSession {
    private let base: any SQLSession
    private let lifeline: Lifeline
    private let mutant: StormMutant?
    private var fault: StormFault?
    private var statements = 0

    init(_ base: any SQLSession, _ lifeline: Lifeline, _ mutant: StormMutant?) {
        self.base = base
        self.lifeline = lifeline
        self.mutant = mutant
    }

    var epoch: Int64 { base.epoch }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        guard !lifeline.isDead else { throw Self.dead }
        fault = lifeline.takeFault()
        defer { fault = nil }
        if fault == .refused { throw Self.lost }
        let value = try base.transaction {
            statements = 0
            let value = try body()
            switch fault {
            case .atCommit: throw Self.lost
            case .commitLost: throw StoreFailure(.undecided, "the reply was lost, and the commit")
            case .diesBefore:
                lifeline.die()
                throw Self.dead
            default: return value
            }
        }
        if fault == .diesAfter { lifeline.die() }
        if fault == .replyLost || fault == .diesAfter { throw StoreFailure(.undecided, "the reply was lost") }
        return value
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        guard count > 0 else { return }
        try note()
        guard let statement = mutant.changed(statement) else { return }
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        guard count > 0 else { return }
        try note()
        guard let statement = mutant.changed(statement) else { return }
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }

    private func note() throws {
        defer { statements += 1 }
        if case .atStatement(statements) = fault { throw Self.lost }
    }

    private static let dead = StoreFailure(.unavailable, "the node is dead")
    private static let lost = StoreFailure(.unavailable, "the connection was lost")
}

/// The books as a node reads them.
struct StormSource: ReadSource {
    let base: any ReadSource
    let lifeline: Lifeline
    let mutant: StormMutant?

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLSession) throws -> T) async throws -> T {
        guard !lifeline.isDead else { throw StoreFailure(.unavailable, "the node is dead") }
        let mutant = mutant
        return try await base.read { session in
            guard let mutant else { return try body(session) }
            return try body(StormSession(session, Lifeline(), mutant))
        }
    }
}
