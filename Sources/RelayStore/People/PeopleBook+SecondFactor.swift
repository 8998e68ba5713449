public import RelayDomain

/// What proves that a person has the second factor.
public enum SecondFactorProof: Sendable {
    /// A code of the device, by the step that it is of.
    case step(Int64)
    /// One of the codes that the person has written down, by its hash.
    case recovery(KeyHash)
}

extension PeopleBook {
    /// Recovery codes that are not spent.
    public func recoveryCodes(of person: PersonID) async throws -> Int {
        try await reader.source.read { session in
            Int(try session.rows(PeopleStatements.codesLeft, bind: { $0.append(person) }) { $0.integer(0) }.first ?? 0)
        }
    }

    /// Ends the sign-in that waits for a code, and opens the session. Each code is good once, on all nodes together.
    /// - Returns: whether the code was good.
    /// - Throws: ``PeopleFault/changed`` where the sign-in is gone.
    public func prove(_ proof: SecondFactorProof, replacing old: KeyHash, by new: NewSession) async throws -> Bool {
        try await writer.run { session in
            var person = try session.locked(new.session.person)
            guard person.state == .active else { throw PeopleFault.changed }
            guard try session.spend(proof, of: &person, at: new.session.createdAt) else { return false }
            if person.passwordExpiresAt != nil {
                // Given out for one sign-in, which this is.
                (person.password, person.passwordExpiresAt) = (nil, nil)
                let changed = person
                try session.execute(PeopleStatements.update) { changed.write(to: &$0) }
            }
            try session.replace(old, by: new)
            return true
        }
    }

    /// Keeps a secret that the person's device is to be set up with, until a code proves that it was.
    /// - Parameter password: that was proved for it: it must still be the person's.
    /// - Throws: ``PeopleFault/changed``, also where the codes are on already.
    public func offerCodes(_ sealed: [UInt8], to id: PersonID, password: PasswordHash?) async throws {
        try await writer.run { session in
            var person = try session.locked(id)
            guard !person.secondFactor.isOn, person.password == password, person.state == .active else { throw PeopleFault.changed }
            person.secondFactor.sealedOffer = sealed
            let changed = person
            try session.execute(PeopleStatements.update) { changed.write(to: &$0) }
        }
    }

    /// Asks for codes from now on. Other sessions, which were opened without one, end.
    /// - Parameters:
    ///   - sealed: what was offered, and has been proved.
    ///   - step: of the code that proved it, which is spent.
    ///   - recoveryCodes: the hashes of new ones.
    /// - Throws: ``PeopleFault/changed``.
    public func turnOnCodes(
        _ sealed: [UInt8], step: Int64, recoveryCodes: [KeyHash], replacing old: KeyHash, by new: NewSession
    ) async throws {
        try await writer.run { session in
            var person = try session.locked(new.session.person)
            guard !person.secondFactor.isOn, person.secondFactor.sealedOffer == sealed, person.secondFactor.lastStep < step else {
                throw PeopleFault.changed
            }
            person.secondFactor = SecondFactor(sealedSecret: sealed, sealedOffer: nil, lastStep: step)
            let changed = person
            try session.execute(PeopleStatements.update) { changed.write(to: &$0) }
            try session.write(recoveryCodes, of: person.id)
            try session.replace(old, by: new, endingOthers: true)
        }
    }

    /// Asks for no codes any more.
    /// - Throws: ``PeopleFault/changed``.
    public func turnOffCodes(replacing old: KeyHash, by new: NewSession) async throws {
        try await writer.run { session in
            var person = try session.locked(new.session.person)
            // The step stays: should the same secret ever come back, what was spent is spent.
            person.secondFactor = SecondFactor(lastStep: person.secondFactor.lastStep)
            let changed = person
            try session.execute(PeopleStatements.update) { changed.write(to: &$0) }
            try session.execute(PeopleStatements.forgetCodes) { $0.append(changed.id) }
            try session.replace(old, by: new)
        }
    }

    /// Puts new recovery codes in the place of all that there are.
    /// - Parameter password: that was proved for it: it must still be the person's.
    /// - Throws: ``PeopleFault/changed``, also where no codes are asked for.
    public func renewRecoveryCodes(_ codes: [KeyHash], of id: PersonID, password: PasswordHash?) async throws {
        try await writer.run { session in
            let person = try session.locked(id)
            guard person.secondFactor.isOn, person.password == password, person.state == .active else { throw PeopleFault.changed }
            try session.write(codes, of: id)
        }
    }
}

extension SQLSession {
    /// - Returns: false for a code that was spent before.
    fileprivate func spend(_ proof: SecondFactorProof, of person: inout Person, at time: Timestamp) throws -> Bool {
        switch proof {
        case .step(let step):
            guard person.secondFactor.isOn, step > person.secondFactor.lastStep else { return false }
            person.secondFactor.lastStep = step
            let changed = person
            try execute(PeopleStatements.update) { changed.write(to: &$0) }
            return true
        case .recovery(let hash):
            let id = person.id
            return try !rows(
                PeopleStatements.useCode,
                bind: {
                    $0.append(id)
                    $0.append(hash)
                    $0.append(time)
                }, { _ in }
            ).isEmpty
        }
    }

    fileprivate func write(_ codes: [KeyHash], of person: PersonID) throws {
        try execute(PeopleStatements.forgetCodes) { $0.append(person) }
        try execute(PeopleStatements.insertCode, count: codes.count) { index, row in
            row.append(person)
            row.append(codes[index])
        }
    }
}
