import RelayStore
import Synchronization

/// A defect that is put in on purpose: a storm is worth something only where it finds each of them.
enum StormMutant: String, Sendable, CaseIterable {
    /// A deposit is called by its transaction, whichever of its transfers it is.
    case namesTransactions
    /// What is newest is taken for final.
    case creditsAtHead
    /// Where a span cannot be written, the cursor goes on.
    case passesOverFailures
    /// One endpoint is believed though there are others.
    case believesOneAlone
    /// Credited orders are taken for ones that wait, and nothing else keeps them from being credited again.
    case creditsAgain
    /// By which transaction an order was confirmed is not looked for.
    case forgetsConfirmations

    /// Those that are found soon.
    static let obvious: [StormMutant] = [.namesTransactions, .creditsAtHead, .passesOverFailures, .creditsAgain]

    /// Replacements by statement, so that each is prepared once; nil where it is not run at all.
    private static let replacements = Mutex<[StormMutant: [ObjectIdentifier: SQLStatement?]]>([:])

    /// - Returns: nil where nothing is run.
    fileprivate func changed(_ statement: SQLStatement) -> SQLStatement? {
        Self.replacements.withLock { all in
            if let known = all[self]?[ObjectIdentifier(statement)] { return known }
            let made = replacement(of: statement)
            all[self, default: [:]][ObjectIdentifier(statement)] = .some(made)
            return made
        }
    }

    /// The texts are SQLite's.
    private func replacement(of statement: SQLStatement) -> SQLStatement? {
        let sql = statement.sql
        switch self {
        case .namesTransactions, .creditsAtHead, .passesOverFailures, .believesOneAlone: return statement
        case .creditsAgain:
            if sql.hasPrefix("INSERT INTO transfers") {
                return SQLStatement(sql.replacing("VALUES ($1,", with: "VALUES ($1 || hex(randomblob(4)),"))
            }
            guard sql.hasPrefix("SELECT id, account, plan"), sql.contains(" FROM orders WHERE") else { return statement }
            return SQLStatement(
                sql.replacing(
                    " state, credited_at,", with: " replace(replace(state, 'credited_late', 'waiting'), 'credited', 'waiting'), NULL,"))
        case .forgetsConfirmations:
            return sql.contains("FROM orders WHERE payment = $1 AND deposit IS NULL") ? nil : statement
        }
    }
}

extension StormMutant? {
    func changed(_ statement: SQLStatement) -> SQLStatement? { self.map { $0.changed(statement) } ?? statement }
}
