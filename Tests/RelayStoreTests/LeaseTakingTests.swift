import Logging
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Testing

private final class Port: ReplyPort, @unchecked Sendable {
    var replies: [Reply] = []
    func deliver(_ replies: [TicketedReply]) { self.replies += replies.map(\.reply) }
}

@Suite struct LeaseTakingTests {
    /// Two nodes on one database, whose clock stands still.
    @Test("A node whose first commit is lost does not take another's lease of the same moment for its own, nor its batch for committed")
    func sameMoment() throws {
        let folder = try TemporaryFolder()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let store = try SQLiteStore(path: folder.path("relay.db"), logger: logger)
        let base = store.writerSession()
        func node(_ name: String, _ session: any SQLSession) -> (NodeSession, LedgerWriter) {
            (
                NodeSession(session, name: name, isShared: true, dialect: .sqlite, now: { StoreFixture.start }),
                LedgerWriter(ledger: StoreFixture.ledger, logger: logger)
            )
        }
        var faults = [FaultySession.Fault.undone(StoreFailure(.undecided, "lost"))]
        let (first, firstWriter) = node("first", FaultySession(base) { faults.popLast() })
        let (second, secondWriter) = node("second", base)
        let port = Port()
        func open(_ number: UInt64) -> Command {
            .openAccount(Account(id: StoreFixture.account(number), email: "\(number)@example.com", name: "", createdAt: StoreFixture.start))
        }
        #expect(firstWriter.submit(open(1), to: port, ticket: 1) == nil)
        _ = firstWriter.step(on: first)
        #expect(secondWriter.submit(open(2), to: port, ticket: 2) == nil)
        for _ in 0..<3 { _ = secondWriter.step(on: second) }
        for _ in 0..<3 { _ = firstWriter.step(on: first) }
        #expect(first.epoch != second.epoch && first.epoch != 0)
        let accounts = try base.transaction { try base.rows(emails) { $0.text(0) } }
        let told = port.replies.count { if case .account = $0 { true } else { false } }
        #expect(told == accounts.count, "\(accounts)")
        try store.close()
    }
}

private let emails = SQLStatement("SELECT email FROM accounts")
