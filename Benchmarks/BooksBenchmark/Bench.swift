import Crypto
import Foundation
import Logging
import RelayDomain
import RelayStore
import RelayStorePostgres
import RelayStoreSQLite

/// Books, a writer on them, and what is asked of both.
final class Bench: Sendable {
    private static let rounds = 1_000
    let store: any LedgerStore
    let reader: LedgerReader
    let code: MessageCode
    private let writer: LedgerWriter

    /// - Parameter location: a file, or a URL of PostgreSQL's.
    init(location: String, receipts: Int64) async throws {
        let key = SymmetricKey(size: .bits256)
        let code: MessageCode = { Array(HMAC<SHA256>.authenticationCode(for: $0, using: key)) }
        let logger = Self.logger
        let store: any LedgerStore =
            if location.hasPrefix("postgres:") {
                try PostgresStore(url: location, logger: logger)
            } else {
                try SQLiteStore(path: location, logger: logger)
            }
        try BooksFiller(dialect: store.dialect).fill(store, receipts: receipts)
        self.store = store
        self.code = code
        reader = LedgerReader(source: store, journalCode: code)
        writer = LedgerWriter(ledger: BooksFiller.ledger, logger: logger)
        writer.start(on: Self.node(on: store, store.writerSession()))
    }

    static var logger: Logger {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        return logger
    }

    static func node(on store: any LedgerStore, _ session: sending any SQLSession) -> sending NodeSession {
        NodeSession(session, name: "benchmark", isShared: store.isShared, dialect: store.dialect, now: { BooksFiller.end })
    }

    func seal() async throws { _ = try await JournalSealer(reader: reader, writer: writer, code: code).run() }

    func reconcile() async throws {
        let reconciliation = try await reader.reconcile(at: BooksFiller.end)
        guard reconciliation.isSatisfied else {
            fatalError("the books are wrong: \(reconciliation.checks.filter { !$0.isSatisfied })")
        }
    }

    /// One request after the other, of any wallet.
    func admissions() async throws -> [String: Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        for round in 0..<Self.rounds {
            let request = BooksFiller.newRequest()
            let wallet = Int64(round * 37) % BooksFiller.accounts
            let start = clock.now
            let reply = await writer.perform(BooksFiller.admission(request, by: wallet))
            times.append((clock.now - start) / .microseconds(1))
            guard case .admitted = reply else { fatalError("not admitted: \(reply)") }
            _ = await writer.perform(BooksFiller.settlement(request, of: wallet))
        }
        times.sort()
        return ["p50Microseconds": times[times.count / 2], "p99Microseconds": times[times.count * 99 / 100]]
    }

    /// Settlements as they come in batches: what a batch costs the writer's thread, which ends with this.
    func batches() async throws -> [String: Double] {
        await writer.stop()
        let session = store.writerSession()
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<200 {
            let requests = (0..<128 as Range<Int64>).map { (BooksFiller.newRequest(), $0) }
            _ = try BatchScript().run(requests.map(BooksFiller.admission), by: BooksFiller.ledger, on: session)
            let start = clock.now
            _ = try BatchScript().run(requests.map(BooksFiller.settlement), by: BooksFiller.ledger, on: session)
            times.append((clock.now - start) / .microseconds(1))
        }
        times.sort()
        return ["p50Microseconds": times[100], "p10Microseconds": times[20]]
    }

    func close() async throws {
        await writer.stop()
        try store.close()
    }
}
