public import RelayDomain

/// Something that may be a guess, and how often it may be tried.
public struct GuardedAttempt: Sendable {
    /// Whom or where it concerns, by a keyed hash.
    public let subject: KeyHash
    public let bound: AttemptBound

    public init(subject: KeyHash, bound: AttemptBound) {
        self.subject = subject
        self.bound = bound
    }
}

extension PeopleBook {
    /// Counts an attempt against all of its bounds, before it is made, so that no number of them at the same time passes a bound. One that is
    /// refused is not counted: who waits as long as told is let through.
    /// - Returns: nil where it may be made; otherwise the seconds after which one may.
    public func attempt(_ attempts: [GuardedAttempt], at time: Timestamp) async throws -> Int? {
        // In one order on all nodes: each holds what it has counted until it commits.
        let attempts = attempts.sorted { $0.subject.bytes.lexicographicallyPrecedes($1.subject.bytes) }
        do {
            try await writer.run { session in
                try session.execute(PeopleStatements.forgetOld) { $0.append(AttemptBound.firstWindow(at: time)) }
                var wait: Int?
                for attempt in attempts {
                    if let seconds = try session.count(attempt, at: time) { wait = max(wait ?? 0, seconds) }
                }
                if let wait { throw TooMany(waitSeconds: wait) }
            }
            return nil
        } catch let refused as TooMany {
            return refused.waitSeconds
        }
    }

    /// Takes back what ``attempt(_:at:)`` counted at `time`: it was no guess.
    public func forgive(_ attempts: [GuardedAttempt], from time: Timestamp) async throws {
        let subjects = attempts.map(\.subject).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        try await writer.run { session in
            try session.execute(PeopleStatements.forgive, count: subjects.count) { index, row in
                row.append(subjects[index])
                row.append(AttemptBound.window(at: time))
            }
        }
    }
}

extension SQLSession {
    /// Counts first, which locks the count, and looks then.
    fileprivate func count(_ attempt: GuardedAttempt, at time: Timestamp) throws -> Int? {
        let window = AttemptBound.window(at: time)
        try execute(PeopleStatements.attempt) {
            $0.append(attempt.subject)
            $0.append(window)
        }
        var counts: [Int64: Int64] = [:]
        try query(
            PeopleStatements.attempts, count: 1,
            bind: {
                $1.append(attempt.subject)
                $1.append(AttemptBound.firstWindow(at: time))
            }, row: { counts[$0.integer(0)] = $0.integer(1) })
        counts[window, default: 1] -= 1
        return attempt.bound.waitSeconds(counts, at: time)
    }
}

/// Rolls the counting back.
private struct TooMany: Error {
    let waitSeconds: Int
}
