import RelayStore
import Synchronization

/// Counts the rows that each transaction asks for by statements of one kind.
final class CountingSession: SQLSession {
    private let base: any SQLSession
    private let text: String
    private let most: MutexBox
    private var count = 0

    /// - Parameters:
    ///   - text: what the counted statements contain.
    ///   - most: the most that one transaction has asked for.
    init(_ base: any SQLSession, reads text: String, most: MutexBox) {
        (self.base, self.text, self.most) = (base, text, most)
    }

    var epoch: Int64 { base.epoch }

    func transaction<T>(_ body: () throws -> T) throws -> T {
        count = 0
        return try base.transaction(body)
    }

    func query(
        _ statement: SQLStatement, count: Int, bind: (Int, inout SQLParameters) -> Void, row: (any SQLRow) throws -> Void
    ) throws {
        if statement.sql.contains(text) {
            self.count += count
            most.value.withLock { $0 = max($0, self.count) }
        }
        try base.query(statement, count: count, bind: bind, row: row)
    }

    func execute(_ statement: SQLStatement, count: Int, otherwise: StoreFailure?, bind: (Int, inout SQLParameters) -> Void) throws {
        try base.execute(statement, count: count, otherwise: otherwise, bind: bind)
    }
}

final class MutexBox: Sendable {
    let value = Mutex(0)
}
