/// Walks the journal's chain of seals, in bounded memory: whether each transfer is as it was sealed, whether the seals follow one another to
/// the head, and whether each transfer is under a seal or waits for one.
struct SealVerification {
    /// Seals, batches and ids that are read at once.
    private static let sealPage: Int64 = 8
    private static let batchPage: Int64 = 16
    private static let idPage: Int64 = 4_096

    private let session: any SQLSession
    private let code: MessageCode?
    private var transfers = Findings()
    private var seals = Findings()
    private var coverage = Findings()
    private var sums = SealCoverage()

    /// - Parameter code: what the seals were made with; nil where only their order and what they cover can be looked at.
    static func checks(on session: any SQLSession, code: MessageCode?) throws -> [Reconciliation.Check] {
        var verification = SealVerification(session: session, code: code)
        try verification.walkSeals()
        try verification.walkQueue()
        try verification.walkJournal()
        return [
            verification.transfers.check("sealed transfers are as they were sealed"),
            verification.seals.check("the journal's seals follow one another"),
            verification.coverage.check("every transfer is sealed, or waits for it"),
        ]
    }

    private init(session: any SQLSession, code: MessageCode?) {
        self.session = session
        self.code = code
    }

    // MARK: The chain

    private mutating func walkSeals() throws {
        let head = try session.rows(Statements.head, JournalHead.init(row:)).first
        var last: (number: Int64, hash: [UInt8])?
        while true {
            let page = try session.rows(
                Statements.seals,
                bind: {
                    $0.append(last?.number ?? 0)
                    $0.append(Self.sealPage)
                }, StoredSeal.init(row:))
            guard !page.isEmpty else { break }
            for seal in page {
                try verify(seal, after: last)
                last = (seal.number, seal.hash)
            }
        }
        guard let head else { return seals.add("the chain has no head") }
        let end = last?.number ?? 0
        if head.number > end {
            seals.add("seals \(end + 1) to \(head.number) are gone: the chain was cut off")
        } else if head.number < end || head.hash != last?.hash {
            seals.add("seal \(end): the chain's head is not its own")
        }
    }

    private mutating func verify(_ seal: StoredSeal, after last: (number: Int64, hash: [UInt8])?) throws {
        seals.examined += 1
        let expected = (last?.number ?? 0) + 1
        let isNext = seal.number == expected
        if !isNext { seals.add("seals \(expected) to \(seal.number - 1) are gone, before seal \(seal.number)") }
        guard let entries = try? SealEntryCoding.decode(seal.entries) else {
            return seals.add("seal \(seal.number): its list of transfers was altered")
        }
        if Int64(entries.count) != seal.count {
            seals.add("seal \(seal.number): it says \(seal.count) transfers, and lists \(entries.count)")
        }
        let found = try SealedTransfer.read(entries.map(\.id), on: session)
        transfers.examined += Int64(entries.count)
        var isWhole = true
        for entry in entries {
            sums.add(entry.id)
            guard found[entry.id] == nil else { continue }
            isWhole = false
            transfers.add("seal \(seal.number): \(entry.id) is gone")
        }
        guard isNext, let code else { return }
        let rows = entries.compactMap { found[$0.id] }
        func hash(_ marks: [[UInt8]]) -> [UInt8] {
            JournalSeal.hash(number: seal.number, after: last?.hash, over: rows, marks: marks, code: code)
        }
        if isWhole, hash(entries.map(\.mark)) == seal.hash { return }
        let marks = rows.map { SealEntry.mark(of: $0, code) }
        if isWhole, hash(marks) == seal.hash { return seals.add("seal \(seal.number): its list of transfers was altered") }
        let listed = Dictionary(entries.map { ($0.id, $0.mark) }) { first, _ in first }
        let altered = zip(rows, marks).filter { listed[$0.id] != $1 }
        for (row, _) in altered { transfers.add("seal \(seal.number): \(row.id) was altered") }
        if isWhole, altered.isEmpty { seals.add("seal \(seal.number): it was altered") }
    }

    // MARK: What the chain covers

    private mutating func walkQueue() throws {
        try forEachBatch { batch, verification in
            let found = try SealedTransfer.read(batch.entries, on: verification.session)
            for id in batch.entries {
                verification.sums.add(id)
                if found[id] == nil { verification.coverage.add("\(id) is gone, before it was sealed") }
            }
        }
    }

    private mutating func walkJournal() throws {
        try forEachTransfer { id, verification in
            verification.coverage.examined += 1
            verification.sums.remove(id)
        }
        let buckets = sums.unequalBuckets
        guard !buckets.isEmpty else { return }
        var covered: [String: Int] = [:]
        func count(_ id: String) {
            if buckets.contains(SealCoverage.bucket(of: id)) { covered[id, default: 0] += 1 }
        }
        var after: Int64 = 0
        while true {
            let page = try session.rows(
                Statements.seals,
                bind: {
                    $0.append(after)
                    $0.append(Self.sealPage)
                }, StoredSeal.init(row:))
            guard let last = page.last else { break }
            for seal in page { (try? SealEntryCoding.decode(seal.entries))?.forEach { count($0.id) } }
            after = last.number
        }
        try forEachBatch { batch, _ in batch.entries.forEach(count) }
        for (id, times) in covered.sorted(by: { $0.key < $1.key }) where times > 1 { coverage.add("\(id) is covered \(times) times") }
        try forEachTransfer { id, verification in
            if buckets.contains(SealCoverage.bucket(of: id)), covered[id] == nil { verification.coverage.add("\(id) is in no seal") }
        }
    }

    private mutating func forEachBatch(_ body: (UnsealedBatch, inout SealVerification) throws -> Void) throws {
        var after = ""
        while true {
            let page = try session.rows(
                UnsealedBatch.page,
                bind: {
                    $0.append(after)
                    $0.append(Self.batchPage)
                }, UnsealedBatch.init(row:))
            guard let last = page.last else { return }
            for batch in page { try body(batch, &self) }
            after = last.first
        }
    }

    private mutating func forEachTransfer(_ body: (String, inout SealVerification) throws -> Void) throws {
        var after = ""
        while true {
            let page = try session.rows(
                Statements.ids,
                bind: {
                    $0.append(after)
                    $0.append(Self.idPage)
                }, { $0.text(0) })
            guard let last = page.last else { return }
            for id in page { try body(id, &self) }
            after = last
        }
    }

    private enum Statements {
        static let head = SQLStatement("SELECT \(JournalHead.columns) FROM journal_head WHERE id = 1")
        static let seals = SQLStatement("SELECT \(StoredSeal.columns) FROM journal_seals WHERE number > $1 ORDER BY number LIMIT $2")
        static let ids = SQLStatement("SELECT id FROM transfers WHERE id > $1 ORDER BY id LIMIT $2")
    }
}

/// A seal as it stands in the table, whatever became of it there.
private struct StoredSeal {
    static let columns = "number, entries, count, hash"

    let number: Int64
    let entries: [UInt8]
    let count: Int64
    let hash: [UInt8]

    init(row: any SQLRow) {
        number = row.integer(0)
        entries = Array(row.bytes(1))
        count = row.integer(2)
        hash = Array(row.bytes(3))
    }
}
