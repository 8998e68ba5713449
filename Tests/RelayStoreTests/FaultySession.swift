import RelayStore
import Synchronization

/// A session whose transactions fail when the test says so.
final class FaultySession: SQLSession {
    enum Fault: Sendable {
        /// Before the transaction begins.
        case refused(any Error)
        /// At the commit, so that all of it is undone.
        case undone(any Error)
        /// It is committed, and nobody is told.
        case unheard(any Error)
    }

    private let base: any SQLSession
    private let nextFault: () -> Fault?

    /// - Parameter nextFault: asked as each transaction begins.
    init(_ base: any SQLSession, nextFault: @escaping () -> Fault?) {
        self.base = base
        self.nextFault = nextFault
    }

    var epoch: Int64 { base.epoch }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        let fault = nextFault()
        if case .refused(let error) = fault { throw error }
        let value = try base.transaction {
            let value = try body()
            if case .undone(let error) = fault { throw error }
            return value
        }
        if case .unheard(let error) = fault { throw error }
        return value
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(
        _ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void
    ) throws {
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}

/// What happens to every transaction until it is switched again.
final class FaultSwitch: Sendable {
    private let state = Mutex<FaultySession.Fault?>(nil)

    var value: FaultySession.Fault? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
