import RelayDomain

/// How many of the commands that wait go into the next transaction.
///
/// A batch that cannot be written twice in a row may be too much for the database, or hold a command that is: it is halved until it succeeds,
/// and what succeeds makes room for twice as much.
struct BatchSize: Sendable {
    private let mostCommands: Int
    private let mostBytes: Int
    private var limit: Int
    private var failures = 0

    init(_ limits: LedgerWriterLimits) {
        mostCommands = max(1, limits.batch)
        mostBytes = limits.batchBytes
        limit = mostCommands
    }

    /// - Returns: how many of those at the head go together: one at least, where any waits.
    func count(of waiting: some Sequence<Command>) -> Int {
        var (count, bytes) = (0, 0)
        for command in waiting.prefix(limit) {
            bytes += command.answerBytes
            if count > 0, bytes > mostBytes { break }
            count += 1
        }
        return count
    }

    /// A batch of so many commands could not be written; the same may succeed later.
    mutating func failed(_ count: Int) {
        failures += 1
        if hasFailedAgain { limit = max(1, min(limit, count / 2)) }
    }

    mutating func succeeded() {
        failures = 0
        limit = min(mostCommands, limit * 2)
    }

    /// The command that failed again and again by itself is no longer among them.
    mutating func stoodAside() { failures = 0 }

    /// Whether no batch has been written between the last two that failed.
    var hasFailedAgain: Bool { failures > 1 }
    /// Whether a batch of a single command fails again and again.
    var isExhausted: Bool { hasFailedAgain && limit == 1 }
}

extension Command {
    /// How large the answer is that it keeps.
    fileprivate var answerBytes: Int {
        if case .end(let ending) = self, case .sealed(let bytes) = ending.answer { bytes.count } else { 0 }
    }
}
