public import RelayDomain

/// Why something about a person was not written.
public enum PeopleFault: Error, Hashable, Sendable {
    /// The e-mail address, or the account, has somebody already.
    case taken
    /// There is no such person or session any more, or it is not as it was when it was looked at.
    case changed
}

/// A session to be opened, and the hash of the secret that opens it.
public struct NewSession: Sendable {
    public let session: SignInSession
    public let hash: KeyHash

    public init(session: SignInSession, hash: KeyHash) {
        self.session = session
        self.hash = hash
    }
}

/// The books, as far as people sign in. Nothing of it is money: what is written goes through the writer's thread, in transactions of its own.
///
/// Whoever writes about a person locks the person's row first, so that two nodes, or two browsers, come one after the other.
public struct PeopleBook: Sendable {
    let reader: LedgerReader
    let writer: LedgerWriter

    public init(reader: LedgerReader, writer: LedgerWriter) {
        self.reader = reader
        self.writer = writer
    }

    // MARK: Reading

    /// - Parameter email: in its one form.
    public func person(email: String) async throws -> Person? {
        try await reader.source.read { try $0.rows(PeopleStatements.byEmail, bind: { $0.append(email) }, Person.init(row:)).first }
    }

    public func person(_ id: PersonID) async throws -> Person? {
        try await reader.source.read { try $0.rows(PeopleStatements.byID, bind: { $0.append(id) }, Person.init(row:)).first }
    }

    public func person(of account: AccountID) async throws -> Person? {
        try await reader.source.read { try $0.rows(PeopleStatements.byAccount, bind: { $0.append(account) }, Person.init(row:)).first }
    }

    /// Newest first.
    /// - Parameter after: the id that the page before ended with.
    public func operators(limit: Int, after: String?) async throws -> Page<Person> {
        let rows = try await reader.source.read { session in
            try session.rows(
                PeopleStatements.operators,
                bind: {
                    $0.append(after ?? "~")
                    $0.append(Int64(limit + 1))
                }, Person.init(row:))
        }
        return Page(rows, limit: limit) { $0.id.description }
    }

    // MARK: Opening

    /// Opens an account and lets a person in, both or neither: the ledger's own command, and the person in its transaction.
    /// - Throws: ``PeopleFault/taken``. After ``StoreFailure/Kind/undecided`` it may have been done: then the person can sign in.
    public func open(_ account: Account, for person: Person) async throws {
        try await insert(person) { [ledger = writer.ledger] session in
            guard case .account = try BatchScript().decide([.openAccount(account)], by: ledger, on: session).replies.first else {
                throw PeopleFault.taken
            }
        }
    }

    /// Lets a person in: an operator, or the customer of an account that is there.
    /// - Throws: ``PeopleFault/taken``.
    public func add(_ person: Person) async throws {
        try await insert(person) { _ in }
    }

    private func insert(_ person: Person, after prepare: @escaping @Sendable (NodeSession) throws -> Void) async throws {
        do {
            try await writer.run { session in
                try prepare(session)
                guard try session.rows(PeopleStatements.byEmail, bind: { $0.append(person.email) }, { _ in }).isEmpty else {
                    throw PeopleFault.taken
                }
                try session.execute(PeopleStatements.insert) { person.write(to: &$0) }
            }
        } catch let failure as StoreFailure where failure.kind == .constraint {
            // Another node was quicker.
            throw PeopleFault.taken
        }
    }

    // MARK: Changing

    /// Writes a person anew, and ends all sessions: what the operator does.
    /// - Throws: ``PeopleFault/changed`` where there is no such person.
    public func change(_ id: PersonID, _ change: @escaping @Sendable (inout Person) -> Void, forgettingCodes: Bool) async throws -> Person {
        try await writer.run { session in
            var person = try session.locked(id)
            change(&person)
            try session.execute(PeopleStatements.update) { person.write(to: &$0) }
            try session.execute(PeopleStatements.endAll) { $0.append(id) }
            if forgettingCodes { try session.execute(PeopleStatements.forgetCodes) { $0.append(id) } }
            return person
        }
    }
}

extension SQLSession {
    /// - Throws: ``PeopleFault/changed`` where there is no such person.
    func locked(_ id: PersonID) throws -> Person {
        guard let person = try rows(PeopleStatements.lock, bind: { $0.append(id) }, Person.init(row:)).first else {
            throw PeopleFault.changed
        }
        return person
    }

    /// The oldest sessions of the person make room.
    func open(_ new: NewSession) throws {
        let session = new.session
        try execute(PeopleStatements.endOver) {
            $0.append(session.person)
            $0.append(session.createdAt.adding(milliseconds: -SessionTimes.longestMilliseconds))
            $0.append(session.createdAt.adding(milliseconds: -SessionTimes.idleMilliseconds))
        }
        try execute(PeopleStatements.endOldest) { $0.append(session.person) }
        try execute(PeopleStatements.insertSession) {
            $0.append(new.hash)
            session.write(to: &$0)
        }
    }

    /// Puts a session in the place of the one that a secret opened: the secret changes with what it opens.
    /// - Throws: ``PeopleFault/changed`` where that one is gone.
    func replace(_ old: KeyHash, by new: NewSession) throws {
        let ended = try rows(
            PeopleStatements.end,
            bind: {
                $0.append(old)
                $0.append(new.session.person)
            }, { $0.text(0) })
        guard !ended.isEmpty else { throw PeopleFault.changed }
        try open(new)
    }
}

/// What is asked of, and done to, the tables of people.
enum PeopleStatements {
    private static func person(_ condition: String) -> SQLStatement {
        SQLStatement("SELECT \(Person.columns) FROM people WHERE \(condition)")
    }

    static let byEmail = person("email = $1")
    static let byID = person("id = $1")
    static let byAccount = person("account = $1")
    static let operators = person("role = 'operator' AND id < $1 ORDER BY id DESC LIMIT $2")
    static let lock = SQLStatement.read(Person.columns, from: "people", by: "id", locking: .forUpdate)
    static let insert = SQLStatement.insert(into: "people", Person.columns)
    static let update = SQLStatement.update("people", Person.columns)

    static let insertSession = SQLStatement.insert(into: "sessions", "hash, " + SignInSession.columns)
    static let session = SQLStatement(
        """
        SELECT \(prefixed(SignInSession.columns, "sessions")), \(prefixed(Person.columns, "people"))
        FROM sessions JOIN people ON people.id = sessions.person WHERE sessions.hash = $1
        """)
    static let sessions = SQLStatement("SELECT \(SignInSession.columns) FROM sessions WHERE person = $1 ORDER BY seen_at DESC, id DESC")
    static let touch = SQLStatement("UPDATE sessions SET seen_at = $2 WHERE hash = $1 AND seen_at <= $3")
    static let end = SQLStatement("DELETE FROM sessions WHERE hash = $1 AND person = $2 RETURNING id")
    static let endOne = SQLStatement("DELETE FROM sessions WHERE id = $1 AND person = $2 RETURNING id")
    static let endAll = SQLStatement("DELETE FROM sessions WHERE person = $1")
    static let endOver = SQLStatement("DELETE FROM sessions WHERE person = $1 AND (created_at <= $2 OR seen_at <= $3)")
    /// All but the newest, which with one more are as many as a person may have.
    static let endOldest = SQLStatement(
        """
        DELETE FROM sessions WHERE person = $1 AND id NOT IN (
          SELECT id FROM sessions WHERE person = $1 ORDER BY created_at DESC, id DESC LIMIT \(SessionTimes.ofOnePerson - 1))
        """)

    static let insertCode = SQLStatement.insert(into: "recovery_codes", "person, hash")
    static let forgetCodes = SQLStatement("DELETE FROM recovery_codes WHERE person = $1")
    static let useCode = SQLStatement(
        "UPDATE recovery_codes SET used_at = $3 WHERE person = $1 AND hash = $2 AND used_at IS NULL RETURNING person")
    static let codesLeft = SQLStatement("SELECT count(*) FROM recovery_codes WHERE person = $1 AND used_at IS NULL")

    static let attempt = SQLStatement(
        """
        INSERT INTO attempts (subject, time_window, count) VALUES ($1, $2, 1)
        ON CONFLICT (subject, time_window) DO UPDATE SET count = attempts.count + 1
        """)
    static let attempts = SQLStatement("SELECT time_window, count FROM attempts WHERE subject = $1 AND time_window >= $2")
    static let forgive = SQLStatement("UPDATE attempts SET count = count - 1 WHERE subject = $1 AND time_window = $2 AND count > 0")
    private static let old = "SELECT subject, time_window FROM attempts WHERE time_window < $1 LIMIT 100"
    /// Those that another transaction holds are passed over, so that nobody waits.
    static let forgetOld = SQLStatement(
        "DELETE FROM attempts WHERE (subject, time_window) IN (\(old))",
        postgres: "DELETE FROM attempts WHERE (subject, time_window) IN (\(old) FOR UPDATE SKIP LOCKED)")

    private static func prefixed(_ columns: String, _ table: String) -> String {
        columns.split(separator: ",").map { "\(table).\($0.drop { $0 == " " || $0 == "\n" })" }.joined(separator: ", ")
    }
}
