/// Chains the journal: takes what was posted since, and covers it with a seal that nobody can make without the key.
///
/// It works beside the path of requests: a batch that posts leaves one row of ids, and a sealer comes by now and then. Any number of
/// nodes may seal, one after the other.
public struct JournalSealer: Sendable {
    /// Transfers after which a seal is closed. A batch is never parted, so a seal may have as many more.
    static let transferCount = 512
    /// Batches that are read at once.
    private static let pageCount: Int64 = 16

    private let reader: LedgerReader
    private let writer: LedgerWriter
    private let code: MessageCode

    /// - Parameter code: the same on every node, and the one that `reader` verifies with.
    public init(reader: LedgerReader, writer: LedgerWriter, code: @escaping MessageCode) {
        self.reader = reader
        self.writer = writer
        self.code = code
    }

    /// Seals what waits, a seal at a time, so that requests never wait for more than one.
    /// - Returns: how many transfers were sealed.
    /// - Throws: ``StoreFailure``.
    public func run() async throws -> Int {
        var count = 0
        while try await hasWork(), !Task.isCancelled {
            let sealed = try await writer.run { [code] in try Self.seal(on: $0, code: code) }
            // What still waits then is for people to look at.
            guard sealed > 0 else { break }
            count += sealed
        }
        return count
    }

    private func hasWork() async throws -> Bool {
        try await reader.source.read { try !$0.rows(Statements.any, { $0.text(0) }).isEmpty }
    }

    /// Adds one seal, inside a transaction.
    /// - Returns: how many transfers it covers; 0 where there was nothing to seal.
    static func seal(on session: any SQLSession, code: MessageCode) throws -> Int {
        guard let head = try session.rows(Statements.head, bind: { $0.append(1 as Int64) }, JournalHead.init(row:)).first else {
            throw StoreFailure(.corrupt, "the journal's chain has no head")
        }
        let (batches, transfers) = try waiting(on: session)
        guard !transfers.isEmpty else { return 0 }
        let seal = JournalSeal(number: head.number + 1, after: head.hash, over: transfers, code: code)
        try session.execute(Statements.insert) {
            $0.append(seal.number)
            $0.append(SealEntryCoding.encode(seal.entries))
            $0.append(Int64(seal.entries.count))
            $0.append(seal.hash)
        }
        try session.execute(Statements.advance, otherwise: StoreFailure(.corrupt, "the journal's chain has no head")) {
            $0.append(1 as Int64)
            $0.append(seal.number)
            $0.append(seal.hash)
        }
        try session.execute(
            Statements.remove, count: batches.count, otherwise: StoreFailure(.constraint, "a batch was sealed twice")
        ) { $1.append(batches[$0]) }
        return transfers.count
    }

    /// The batches that come first, and their transfers in order. A batch of which a transfer is gone is not sealed: reconciliation finds it.
    private static func waiting(on session: any SQLSession) throws -> (batches: [String], transfers: [SealedTransfer]) {
        var batches: [String] = []
        var transfers: [SealedTransfer] = []
        var after = ""
        while transfers.count < transferCount {
            let page = try session.rows(
                UnsealedBatch.page,
                bind: {
                    $0.append(after)
                    $0.append(pageCount)
                }, UnsealedBatch.init(row:))
            guard let last = page.last else { break }
            let found = try SealedTransfer.read(page.flatMap(\.entries), on: session)
            for batch in page where transfers.count < transferCount {
                let rows = batch.entries.compactMap { found[$0] }
                guard rows.count == batch.entries.count else { continue }
                batches.append(batch.first)
                transfers += rows
            }
            after = last.first
        }
        return (batches, transfers)
    }

    private enum Statements {
        static let any = SQLStatement("SELECT first_entry FROM unsealed_batches LIMIT 1")
        static let head = SQLStatement.read(JournalHead.columns, from: "journal_head", by: "id", locking: .forUpdate)
        static let insert = SQLStatement.insert(into: "journal_seals", "number, entries, count, hash")
        static let advance = SQLStatement.update("journal_head", "id, number, hash")
        static let remove = SQLStatement.delete(from: "unsealed_batches", by: "first_entry")
    }
}

/// Where the chain of seals ends.
struct JournalHead {
    static let columns = "number, hash"

    /// Of the last seal; 0 before the first.
    let number: Int64
    let hash: [UInt8]?

    init(row: any SQLRow) {
        number = row.integer(0)
        hash = row.isNull(1) ? nil : Array(row.bytes(1))
    }
}

/// The transfers that a batch has posted, while no seal covers them.
struct UnsealedBatch {
    /// In the order of their first entries, behind `$1`, at most `$2`.
    static let page = SQLStatement(
        "SELECT first_entry, entries FROM unsealed_batches WHERE first_entry > $1 ORDER BY first_entry LIMIT $2")

    let first: String
    let entries: [String]

    init(row: any SQLRow) {
        first = row.text(0)
        entries = row.text(1).split(separator: "\n").map(String.init)
    }
}

extension SealedTransfer {
    private static let byID = SQLStatement.read(columns, from: "transfers", by: "id")

    /// - Returns: those that there are.
    static func read(_ ids: [String], on session: any SQLSession) throws -> [String: SealedTransfer] {
        var found: [String: SealedTransfer] = [:]
        found.reserveCapacity(ids.count)
        try session.query(byID, count: ids.count, bind: { $1.append(ids[$0]) }) {
            let transfer = SealedTransfer(row: $0)
            found[transfer.id] = transfer
        }
        return found
    }
}
