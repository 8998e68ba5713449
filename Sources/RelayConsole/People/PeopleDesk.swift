public import RelayDomain
public import RelayStore

/// How people get in: what the console's pages and the operator's API do for them.
public struct PeopleDesk: Sendable {
    let book: PeopleBook
    let reader: LedgerReader
    let secrets: PeopleSecrets
    let passwords: PasswordWork
    let now: @Sendable () -> Timestamp
    /// Whether strangers may open accounts.
    let isSignUpOpen: Bool

    public init(
        reader: LedgerReader, writer: LedgerWriter, secrets: PeopleSecrets, passwords: PasswordWork, isSignUpOpen: Bool,
        now: @escaping @Sendable () -> Timestamp
    ) {
        book = PeopleBook(reader: reader, writer: writer)
        self.reader = reader
        self.secrets = secrets
        self.passwords = passwords
        self.isSignUpOpen = isSignUpOpen
        self.now = now
    }
}

/// A person, and the password that was just given out.
public struct GivenPassword: Sendable {
    public let person: Person
    /// Shown once.
    public let password: String
}

extension PeopleDesk {
    /// Gives the customer of an account a new password, and ends all sessions. Who has none yet is let in.
    /// - Parameters:
    ///   - isForOneSignIn: whether it is good once, within 72 hours, to choose another one.
    ///   - forgettingCodes: for somebody who has lost the device and the recovery codes.
    /// - Throws: `not_found` where there is no such account, `conflict` where its address is somebody else's.
    public func givePassword(
        toAccount id: AccountID, isForOneSignIn: Bool = true, forgettingCodes: Bool = false
    ) async throws -> GivenPassword {
        guard let account = try await reader.account(id)?.0 else { throw Refusal.noSuch("account") }
        return try await givePassword(
            to: try await book.person(of: id), isForOneSignIn: isForOneSignIn, forgettingCodes: forgettingCodes
        ) { Person(id: .fresh(at: $0), email: account.email, name: account.name, role: .customer(id), password: nil, createdAt: $0) }
    }

    /// The same for an operator that is there.
    public func givePassword(
        toOperator id: PersonID, isForOneSignIn: Bool = true, forgettingCodes: Bool = false
    ) async throws -> GivenPassword {
        guard let person = try await book.person(id), person.isOperator else { throw Refusal.noSuch("operator") }
        return try await givePassword(to: person, isForOneSignIn: isForOneSignIn, forgettingCodes: forgettingCodes) { _ in person }
    }

    /// A new operator.
    /// - Parameter email: in its one form.
    /// - Throws: `conflict` where the address is somebody's.
    public func openOperator(email: String, name: String, isForOneSignIn: Bool = true) async throws -> GivenPassword {
        guard try await book.person(email: email) == nil else { throw Self.taken(email) }
        return try await givePassword(to: nil, isForOneSignIn: isForOneSignIn, forgettingCodes: false) {
            Person(id: .fresh(at: $0), email: email, name: name, role: .operator, password: nil, createdAt: $0)
        }
    }

    /// - Parameter email: in its one form.
    public func person(email: String) async throws -> Person? { try await book.person(email: email) }

    /// Lets an operator in no more, until there is a new password.
    /// - Throws: `not_found`.
    func disable(operator id: PersonID) async throws -> Person {
        guard let person = try await book.person(id), person.isOperator else { throw Refusal.noSuch("operator") }
        return try await book.change(person.id, { $0.state = .disabled }, forgettingCodes: false)
    }

    private func givePassword(
        to known: Person?, isForOneSignIn: Bool, forgettingCodes: Bool, orTo make: (Timestamp) -> Person
    ) async throws -> GivenPassword {
        let password = PeopleSecrets.givenPassword()
        let hash = try await passwords.hash(password)
        let now = now()
        let expiresAt = isForOneSignIn ? now.adding(milliseconds: SessionTimes.givenPasswordMilliseconds) : nil
        if let known {
            let person = try await book.change(
                known.id,
                { person in
                    (person.password, person.passwordExpiresAt, person.state) = (hash, expiresAt, .active)
                    if forgettingCodes { person.secondFactor = SecondFactor(lastStep: person.secondFactor.lastStep) }
                }, forgettingCodes: forgettingCodes)
            return GivenPassword(person: person, password: password)
        }
        var person = make(now)
        (person.password, person.passwordExpiresAt) = (hash, expiresAt)
        do {
            try await book.add(person)
        } catch PeopleFault.taken {
            throw Self.taken(person.email)
        }
        return GivenPassword(person: person, password: password)
    }

    private static func taken(_ email: String) -> Refusal {
        Refusal(.conflict, "Somebody signs in as \(email) already.", param: "email")
    }
}
