public import RelayDomain

/// Moves receipts that are old enough to archives, a whole day at a time, and removes them from the database.
///
/// A day goes through three states, each durable before the next begins: claimed by one node; its file written whole and recorded with its
/// hash; its receipts removed, batch by batch, each batch only after the file's own word that it holds them. A process that dies in between
/// leaves a day in one of them, and the next run, of this node or of another, goes on from there. The journal stays as it is.
public struct Retention: Sendable {
    /// A day that was finished.
    public struct ArchivedDay: Hashable, Sendable {
        public let day: Int64
        public let file: String
        public let receipts: Int64
    }

    /// So that neither the running month's counters nor the last month's statement nor the keys of repeats ever miss a receipt.
    public static let leastDays: Int64 = 62
    /// Receipts of one read.
    private static let pageReceipts: Int64 = 500
    /// Runs of which one looks at all receipts for the oldest: with one an hour, once a day.
    private static let runsFromFirst = 24
    /// How much older or younger an id may be than what stands before and behind it, to be looked for in the same run.
    private static let disorderMilliseconds: Int64 = 3_600_000

    private let reader: LedgerReader
    private let writer: LedgerWriter
    private let folder: ArchiveFolder
    private let days: Int64
    private let batch: Int
    private let pause: @Sendable () async throws -> Void
    private let now: @Sendable () -> Timestamp
    private let start = RememberedStart(walksFromFirst: runsFromFirst)

    /// - Parameters:
    ///   - days: that receipts stay, at least ``leastDays``.
    ///   - batch: receipts that are removed in one transaction. Commands wait that long.
    ///   - pause: between two such transactions, so that most of the time is the commands'.
    public init(
        reader: LedgerReader, writer: LedgerWriter, folder: ArchiveFolder, days: Int64, batch: Int = 200,
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(20)) },
        now: @escaping @Sendable () -> Timestamp
    ) {
        precondition(days >= Self.leastDays, "receipts must stay for \(Self.leastDays) days")
        self.reader = reader
        self.writer = writer
        self.folder = folder
        self.days = days
        self.batch = batch
        self.pause = pause
        self.now = now
    }

    /// Archives every day that is due, the oldest first, until there is none, or until one must wait: since another node is about it, or
    /// since a request of it is still open.
    /// - Returns: the days that were finished.
    /// - Throws: ``RetentionFailure``, ``StoreFailure``. What was begun goes on at the next run.
    public func run() async throws -> [ArchivedDay] {
        var finished: [ArchivedDay] = []
        var after = start.next()
        while true {
            let oldest = try await oldest(after: after)
            guard let claim = try await claim(oldest) else { return finished }
            try Task.checkCancellation()
            if claim.formerEpoch != claim.epoch { folder.removeTemporary(day: claim.day, epoch: claim.formerEpoch) }
            switch claim.state {
            // What another node began may lie before where this one looks.
            case .writing: try await write(claim, from: oldest?.createdAt.day == claim.day ? oldest?.request : RequestID(high: 0, low: 0))
            case .written:
                try await prune(claim)
                finished.append(ArchivedDay(day: claim.day, file: claim.file, receipts: claim.contents.receipts))
                // Of another day than the oldest receipt's, where it was another node's and is finished here: then more of the oldest wait.
                if let oldest, oldest.createdAt.day == claim.day { after = end(of: claim.day, oldest.request) ?? after }
                start.remember(after)
            }
        }
    }

    /// A receipt, as far as it is looked at to find the next day.
    private struct Oldest {
        let request: RequestID
        let createdAt: Timestamp
    }

    /// Off the writer's thread: it may have to pass much that was removed.
    private func oldest(after: String) async throws -> Oldest? {
        try await reader.source.read { session in
            try session.rows(ArchiveStatements.oldest, bind: { $0.append(after) }) {
                Oldest(request: try $0.identifier(0), createdAt: $0.time(1))
            }.first
        }
    }

    /// Behind which key the next day is looked for when this one is finished; nil where that is not known to lie ahead.
    private func end(of day: Int64, _ oldest: RequestID) -> String? {
        let following = min(day, Timestamp(milliseconds: Int64(oldest.high >> 16)).day) + 1
        let end = RequestID(high: UInt64(Timestamp(day: following).milliseconds - Self.disorderMilliseconds) << 16, low: 0)
        return end > oldest ? end.description : nil
    }

    /// - Returns: the day that this node works on next, now its own.
    private func claim(_ oldest: Oldest?) async throws -> ArchiveClaim? {
        let now = now()
        let end = Timestamp(day: now.adding(milliseconds: -days * 86_400_000).day)
        return try await writer.run { session in
            let unfinished = try session.rows(ArchiveStatements.unfinished) { row in
                (claim: try ArchiveClaim(row: row, epoch: session.epoch), isLiving: row.integer(8) != 0)
            }.first
            if let unfinished { return try Self.takeOver(unfinished.claim, isLiving: unfinished.isLiving, on: session) }
            guard let oldest = oldest?.createdAt, oldest < end else { return nil }
            let isOpen = try !session.rows(
                ArchiveStatements.openBefore, bind: { $0.append(Timestamp(day: oldest.day + 1)) }, { _ in true }
            ).isEmpty
            if isOpen { return nil }
            let part = try session.rows(
                ArchiveStatements.claim,
                bind: {
                    $0.append(oldest.day)
                    $0.append(session.epoch)
                    $0.append(now)
                }, { $0.integer(0) }
            ).first
            return part.map { ArchiveClaim(new: oldest.day, part: $0, epoch: session.epoch) }
        }
    }

    private static func takeOver(_ claim: ArchiveClaim, isLiving: Bool, on session: any SQLSession) throws -> ArchiveClaim? {
        if claim.formerEpoch == session.epoch { return claim }
        if isLiving { return nil }
        let taken = try session.rows(
            ArchiveStatements.takeOver,
            bind: {
                $0.append(claim.day)
                $0.append(claim.part)
                $0.append(claim.formerEpoch)
                $0.append(session.epoch)
            }, { _ in true })
        return taken.isEmpty ? nil : claim
    }

    private func write(_ claim: ArchiveClaim, from oldest: RequestID?) async throws {
        let file = try ArchiveFileWriter(
            in: folder, temporaryName: ArchiveFolder.temporaryName(day: claim.day, epoch: claim.epoch))
        let contents: ArchiveFolder.Contents
        do {
            try await addPages(of: claim.day, from: oldest, to: file)
            contents = try file.finish()
        } catch {
            file.discard()
            throw error
        }
        guard contents.receipts > 0 else {
            file.discard()
            return try await change(claim, ArchiveStatements.giveUp)
        }
        let name = try folder.publish(file.temporaryName, contents, day: claim.day, number: claim.part)
        let charged = file.charged
        try await change(claim, ArchiveStatements.written) { row in
            row.append(name)
            row.append(contents.bytes)
            row.append(contents.sha256)
            row.append(contents.receipts)
            row.append(charged)
        }
    }

    /// In the order of their ids, which is the same whoever writes them.
    private func addPages(of day: Int64, from oldest: RequestID?, to file: ArchiveFileWriter) async throws {
        guard let oldest else { return }
        // An id is a little older than its request's admission; a clock that was set back in between makes it a little younger.
        let bound = RequestID(high: UInt64(Timestamp(day: day + 2).milliseconds) << 16, low: 0)
        let last = max(bound, oldest)
        // What comes before it begins with less than the whole of it.
        var after = String(oldest.description.dropLast())
        while true {
            try Task.checkCancellation()
            let page = try await reader.source.read { [after] session in
                try session.rows(
                    ArchiveStatements.page,
                    bind: {
                        $0.append(after)
                        $0.append(last)
                        $0.append(Timestamp(day: day))
                        $0.append(Timestamp(day: day + 1))
                        $0.append(Self.pageReceipts)
                    }, Receipt.init(row:))
            }
            guard let end = page.last else { return }
            try file.add(try await closing(page))
            after = end.hold.request.description
        }
    }

    /// Receipts as they will stay. One that says that its hold has expired may be settled late up to the claim of its day: the writer waits
    /// for whoever is about it.
    private func closing(_ page: [Receipt]) async throws -> [Receipt] {
        let expired = page.filter { $0.state == .expired }.map(\.hold.request)
        guard !expired.isEmpty else { return page }
        let found = try await writer.run { session in
            var found: [RequestID: Receipt] = [:]
            try session.query(BatchScript.Statements.receipt, count: expired.count, bind: { $1.append(expired[$0]) }) { row in
                let receipt = try Receipt(row: row)
                found[receipt.hold.request] = receipt
            }
            return found
        }
        return page.map { found[$0.hold.request] ?? $0 }
    }

    /// Nothing is removed but what the file holds, and only while the file is what was recorded.
    private func prune(_ claim: ArchiveClaim) async throws {
        guard try folder.inspect(claim.file) == claim.contents else {
            throw RetentionFailure("\(claim.file) is not what was written: its receipts stay in the database")
        }
        let requests = try folder.requests(in: claim.file)
        let pruning = ArchivePruning(claim: claim)
        while case let ids = try requests.next(batch), !ids.isEmpty {
            try Task.checkCancellation()
            try await writer.run { session in try pruning.run(ids, on: session) }
            try await pause()
        }
        let now = now()
        try await change(claim, ArchiveStatements.pruned, { $0.append(now) }) { session in
            let difference = try session.rows(
                ArchiveStatements.difference, bind: { $0.append(claim.day) }, { ($0.integer(0), $0.integer(1)) }
            ).first
            guard let difference, difference == (0, 0) else {
                throw RetentionFailure("\(claim.file) and what was removed of its day differ")
            }
        }
    }

    /// - Parameter check: runs before it, in the same transaction.
    private func change(
        _ claim: ArchiveClaim, _ statement: SQLStatement, _ bind: @escaping @Sendable (inout SQLParameters) -> Void = { _ in },
        after check: @escaping @Sendable (any SQLSession) throws -> Void = { _ in }
    ) async throws {
        try await writer.run { session in
            try check(session)
            let lost = StoreFailure(.constraint, ArchiveStatements.lost.description)
            try session.execute(statement, otherwise: lost) { row in
                claim.appendKey(to: &row)
                bind(&row)
            }
        }
    }
}

extension ArchiveClaim {
    fileprivate init(new day: Int64, part: Int64, epoch: Int64) {
        self.init(
            day: day, part: part, epoch: epoch, state: .writing, formerEpoch: epoch, file: "",
            contents: ArchiveFolder.Contents(bytes: 0, sha256: "", receipts: 0))
    }
}
