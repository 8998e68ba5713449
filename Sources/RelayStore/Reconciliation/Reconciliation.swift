public import RelayDomain

/// What the books must satisfy at every moment, checked on one snapshot while the relay serves.
public struct Reconciliation: Sendable {
    /// One invariant, and the rows that break it.
    public struct Check: Sendable {
        public let name: String
        /// Rows that were looked at.
        public let examined: Int64
        /// A line for each row that is wrong, at most ``Reconciliation/findingLimit``.
        public let findings: [String]

        public var isSatisfied: Bool { findings.isEmpty }
    }

    /// Findings that are listed for each check.
    public static let findingLimit = 100

    public let checks: [Check]

    public var isSatisfied: Bool { checks.allSatisfy(\.isSatisfied) }
}

extension LedgerReader {
    /// Runs every invariant. Read-only; finds and names, never repairs. Memory does not grow with the books: what is long is walked page by
    /// page, or sorted by the database in its temporary files.
    /// - Parameter time: of the relay; without it, what depends on how long a node has been gone is not looked at where the database has no
    ///   clock of its own.
    /// - Throws: ``StoreFailure`` where the books cannot be read and the database finds nothing wrong with itself.
    public func reconcile(at time: Timestamp? = nil) async throws -> Reconciliation {
        // First, and apart: what is broken below the rows may keep any of them from being read.
        let integrity = try await source.read { try DatabaseIntegrity.checks(on: $0) }
        do {
            let checks = try await source.read { [journalCode] session in
                try Invariant.all.map { try $0.check(on: session, at: time) } + [
                    try ReceiptArithmetic.check(on: session), try DepositArithmetic.check(on: session),
                    try DepositArithmetic.checkSums(on: session),
                ]
                    + SealVerification.checks(on: session, code: journalCode)
            }
            return Reconciliation(checks: checks + integrity)
        } catch let failure as StoreFailure where !integrity.allSatisfy(\.isSatisfied) {
            let unread = Reconciliation.Check(name: "every row can be read", examined: 0, findings: ["\(failure)"])
            return Reconciliation(checks: integrity + [unread])
        }
    }
}
