public import RelayDomain

extension PeopleBook {
    /// What a secret opens, and for whom. Whether it is over is for ``SignInSession/isOver(at:)`` to say.
    public func session(_ hash: KeyHash) async throws -> (session: SignInSession, person: Person)? {
        try await reader.source.read { session in
            try session.rows(PeopleStatements.session, bind: { $0.append(hash) }) { row in
                (try SignInSession(row: row), try Person(row: ShiftedRow(row: row, offset: 7)))
            }.first
        }
    }

    /// Those that were used last come first.
    public func sessions(of person: PersonID) async throws -> [SignInSession] {
        try await reader.source.read { try $0.rows(PeopleStatements.sessions, bind: { $0.append(person) }, SignInSession.init(row:)) }
    }

    /// Opens a session for whoever has given the right password. One that was given out is spent by it, where nothing more is to be proved.
    ///
    /// To prove a password takes seconds, in which codes may have been turned on: then the session that was meant to be open would be one
    /// without the second factor.
    /// - Parameters:
    ///   - password: that was right: it must still be the person's.
    ///   - rehashed: the same password at a higher cost.
    /// - Throws: ``PeopleFault/changed``.
    public func signIn(_ new: NewSession, password: PasswordHash, rehashed: PasswordHash? = nil) async throws {
        try await writer.run { session in
            var person = try session.locked(new.session.person)
            guard person.password == password, person.maySignIn(at: new.session.createdAt),
                person.secondFactor.isOn == (new.session.stage == .code)
            else { throw PeopleFault.changed }
            if person.passwordExpiresAt != nil {
                guard new.session.stage == .full else { return try session.open(new) }
                (person.password, person.passwordExpiresAt) = (nil, nil)
            } else if let rehashed {
                person.password = rehashed
            }
            if person.password != password { try session.execute(PeopleStatements.update) { person.write(to: &$0) } }
            try session.open(new)
        }
    }

    /// A person's new password. Every session ends but the one that it was chosen in, which goes on under another secret.
    /// - Parameters:
    ///   - known: the one before, as it was when it was proved; nil where there was none.
    ///   - old: of the session in which it was chosen.
    /// - Throws: ``PeopleFault/changed``.
    public func changePassword(to password: PasswordHash, from known: PasswordHash?, replacing old: KeyHash, by new: NewSession)
        async throws
    {
        try await writer.run { session in
            var person = try session.locked(new.session.person)
            guard person.password == known, person.state == .active else { throw PeopleFault.changed }
            (person.password, person.passwordExpiresAt) = (password, nil)
            person.secondFactor.sealedOffer = nil
            try session.execute(PeopleStatements.update) { person.write(to: &$0) }
            try session.replace(old, by: new, endingOthers: true)
        }
    }

    /// Writes that a session was used, where that was not written within the last minute.
    public func touch(_ hash: KeyHash, at time: Timestamp) async throws {
        try await writer.run { session in
            try session.execute(PeopleStatements.touch) {
                $0.append(hash)
                $0.append(time)
                $0.append(time.adding(milliseconds: -SessionTimes.touchMilliseconds))
            }
        }
    }

    /// Ends the session that a secret opens; one that is gone has ended.
    public func end(_ hash: KeyHash, of person: PersonID) async throws {
        try await writer.run { session in
            _ = try session.rows(
                PeopleStatements.end,
                bind: {
                    $0.append(hash)
                    $0.append(person)
                }, { _ in })
        }
    }

    /// Ends one of a person's own sessions.
    /// - Returns: whether it was one.
    public func end(_ id: SessionID, of person: PersonID) async throws -> Bool {
        try await writer.run { session in
            try !session.rows(
                PeopleStatements.endOne,
                bind: {
                    $0.append(id)
                    $0.append(person)
                }, { _ in }
            ).isEmpty
        }
    }

    /// Ends all sessions of a person.
    public func endSessions(of person: PersonID) async throws {
        try await writer.run { try $0.execute(PeopleStatements.endAll) { $0.append(person) } }
    }
}

extension SQLSession {
    func replace(_ old: KeyHash, by new: NewSession, endingOthers: Bool) throws {
        try replace(old, by: new)
        guard endingOthers else { return }
        try execute(PeopleStatements.endAll) { $0.append(new.session.person) }
        try open(new)
    }
}

/// A row seen from a later column on.
private struct ShiftedRow: SQLRow {
    let row: any SQLRow
    let offset: Int

    func integer(_ column: Int) -> Int64 { row.integer(column + offset) }
    func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> { row.bytes(column + offset) }
    func isNull(_ column: Int) -> Bool { row.isNull(column + offset) }
}
