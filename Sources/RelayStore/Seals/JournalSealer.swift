/// Chains the journal: takes what was posted since, and covers it with a seal that nobody can make without the key.
///
/// It works beside the path of requests: a batch that posts leaves one row of ids, and a sealer comes by now and then. Any number of
/// nodes may seal, one after the other; while one does, the others leave it to that one, so that no node's writer waits for another's.
public struct JournalSealer: Sendable {
    /// Transfers of one seal. A batch is never parted, so where a single one has more, so has its seal.
    static let transferCount = 512
    /// Batches that are read at once.
    private static let pageCount: Int64 = 64
    /// Seals of one run.
    private static let sealCount = 64
    /// Batches come under ids that mostly grow with time. What comes under a lower one is sealed by the next run that looks at all.
    private static let runsFromFirst = 16

    private let reader: LedgerReader
    private let writer: LedgerWriter
    private let code: MessageCode
    private let start = RememberedStart(walksFromFirst: runsFromFirst)

    /// - Parameter code: the same on every node, and the one that `reader` verifies with.
    public init(reader: LedgerReader, writer: LedgerWriter, code: @escaping MessageCode) {
        self.reader = reader
        self.writer = writer
        self.code = code
    }

    /// Seals what waits, a seal at a time, so that requests never wait for more than one. It ends with the first seal that is not full: what
    /// comes meanwhile is the next run's, or a busy relay's run would never end, nor look at what came under a lower id.
    /// - Returns: how many transfers were sealed.
    /// - Throws: ``StoreFailure``.
    public func run() async throws -> Int {
        var count = 0
        var after = start.next()
        for _ in 0..<Self.sealCount where !Task.isCancelled {
            let (batches, isFull) = try await waiting(after: after)
            guard let last = batches.last else { break }
            let sealed = try await writer.run { [code] in try Self.seal(batches, on: $0, code: code) }
            // Another node is about it.
            guard let sealed else { break }
            count += sealed
            after = last.first
            start.remember(after)
            if !isFull { break }
        }
        return count
    }

    /// What one seal is made of: the batches that come first, with as many transfers as a seal has, and one batch at least.
    /// - Returns: whether more wait, too.
    private func waiting(after: String) async throws -> (batches: [UnsealedBatch], isFull: Bool) {
        try await reader.source.read { session in
            var batches: [UnsealedBatch] = []
            var (count, last) = (0, after)
            while true {
                let page = try session.rows(
                    UnsealedBatch.page,
                    bind: {
                        $0.append(last)
                        $0.append(Self.pageCount)
                    }, UnsealedBatch.init(row:))
                guard let end = page.last else { return (batches, false) }
                for batch in page {
                    count += batch.entries.count
                    if count > Self.transferCount, !batches.isEmpty { return (batches, true) }
                    batches.append(batch)
                }
                last = end.first
            }
        }
    }

    /// Adds one seal, inside a transaction, over those of the batches that are still there and whole. A batch of which a transfer is gone is
    /// not sealed: reconciliation finds it.
    /// - Returns: how many transfers it covers, 0 where there was nothing to seal; nil where another node is sealing.
    static func seal(_ batches: [UnsealedBatch], on session: any SQLSession, code: MessageCode) throws -> Int? {
        guard let head = try session.rows(Statements.head, bind: { $0.append(1 as Int64) }, JournalHead.init(row:)).first else {
            guard try session.rows(Statements.anyHead, { _ in true }).isEmpty else { return nil }
            throw StoreFailure(.corrupt, "the journal's chain has no head")
        }
        // Under the head's lock nobody else seals them.
        let (sealed, transfers) = try whole(batches, on: session)
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
            Statements.remove, count: sealed.count, otherwise: StoreFailure(.constraint, "a batch was sealed twice")
        ) { $1.append(sealed[$0]) }
        return transfers.count
    }

    private static func whole(
        _ batches: [UnsealedBatch], on session: any SQLSession
    ) throws -> (batches: [String], transfers: [SealedTransfer]) {
        var left: Set<String> = []
        try session.query(Statements.left, count: batches.count, bind: { $1.append(batches[$0].first) }) { left.insert($0.text(0)) }
        let waiting = batches.filter { left.contains($0.first) }
        let found = try SealedTransfer.read(waiting.flatMap(\.entries), on: session)
        var sealed: [String] = []
        var transfers: [SealedTransfer] = []
        for batch in waiting {
            let rows = batch.entries.compactMap { found[$0] }
            guard rows.count == batch.entries.count else { continue }
            sealed.append(batch.first)
            transfers += rows
        }
        return (sealed, transfers)
    }

    private enum Statements {
        static let head = SQLStatement.read(JournalHead.columns, from: "journal_head", by: "id", locking: .forUpdateSkippingLocked)
        static let anyHead = SQLStatement("SELECT id FROM journal_head")
        static let left = SQLStatement.read("first_entry", from: "unsealed_batches", by: "first_entry")
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
