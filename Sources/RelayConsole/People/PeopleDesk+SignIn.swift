import RelayDomain
import RelayStore

/// Where a sign-in comes from.
struct SignInPlace: Sendable {
    let address: NetworkAddress?
    let agent: String?

    /// What is counted. Those of whom nobody knows where they are count together.
    var text: String { address?.place ?? "nowhere" }
}

/// A session, and the secret that opens it.
struct OpenedSession: Sendable {
    let secret: CookieSecret
    let person: Person
    let stage: SignInSession.Stage
}

/// What a sign-in came to. Why it was refused, nobody is told.
enum SignInOutcome: Sendable {
    case opened(OpenedSession)
    /// - Parameter waitSeconds: after too many attempts.
    case refused(waitSeconds: Int?)
}

extension PeopleDesk {
    /// The same is done, and as much, whoever the address belongs to and whether it belongs to anybody.
    /// - Parameter email: as it was typed.
    func signIn(email text: String, password: String, from place: SignInPlace) async throws -> SignInOutcome {
        let time = now()
        let email = try? EmailAddress.normalized(text)
        let attempts = [
            GuardedAttempt(subject: secrets.hash(.emailAttempts, Array((email ?? text).utf8)), bound: .email),
            GuardedAttempt(subject: secrets.hash(.addressAttempts, Array(place.text.utf8)), bound: .address),
        ]
        if let wait = try await book.attempt(attempts, at: time) { return .refused(waitSeconds: wait) }
        var person: Person?
        if let email { person = try await book.person(email: email) }
        let isRight = try await passwords.verify(password, against: person?.password)
        guard isRight, let person, let hash = person.password, person.maySignIn(at: now()) else { return .refused(waitSeconds: nil) }
        var rehashed: PasswordHash?
        if passwords.isOutdated(hash) { rehashed = try await passwords.hash(password) }
        let opened = newSession(of: person, stage: person.secondFactor.isOn ? .code : .full, from: place)
        do {
            try await book.signIn(opened.new, password: hash, rehashed: rehashed)
        } catch is PeopleFault {
            return .refused(waitSeconds: nil)
        }
        try? await book.forgive(attempts, from: time)
        return .opened(opened.opened)
    }

    /// Opens an account, and signs its person in.
    /// - Returns: nil where the address has an account, or somebody.
    func signUp(email: String, name: String, password: String, from place: SignInPlace) async throws -> OpenedSession? {
        // Hashed first: that takes the same time for every address.
        let hash = try await passwords.hash(password)
        let now = now()
        let account = Account(id: .fresh(at: now), email: email, name: name, createdAt: now)
        let person = Person(
            id: .fresh(at: now), email: email, name: name, role: .customer(account.id), password: hash, createdAt: now)
        let opened = newSession(of: person, stage: .full, from: place)
        do {
            try await book.open(account, for: person)
            try await book.signIn(opened.new, password: hash)
        } catch is PeopleFault {
            return nil
        }
        return opened.opened
    }

    /// - Returns: nil where another account may be opened from there; otherwise the seconds after which one may.
    func signUpWait(from place: SignInPlace) async throws -> Int? {
        try await book.attempt(
            [GuardedAttempt(subject: secrets.hash(.signUpAttempts, Array(place.text.utf8)), bound: .signUp)], at: now())
    }

    /// Proves the second factor, by a code of the device or by one of those that were written down.
    func proveCode(_ text: String, by visitor: SignedIn, from place: SignInPlace) async throws -> SignInOutcome {
        let time = now()
        let person = visitor.person
        let attempts = [GuardedAttempt(subject: secrets.hash(.codeAttempts, Array(person.id.description.utf8)), bound: .code)]
        if let wait = try await book.attempt(attempts, at: time) { return .refused(waitSeconds: wait) }
        guard let proof = proof(text, of: person) else { return .refused(waitSeconds: nil) }
        let opened = newSession(of: person, stage: .full, from: place)
        do {
            guard try await book.prove(proof, replacing: visitor.hash, by: opened.new) else { return .refused(waitSeconds: nil) }
        } catch is PeopleFault {
            return .refused(waitSeconds: nil)
        }
        try? await book.forgive(attempts, from: time)
        return .opened(opened.opened)
    }

    private func proof(_ text: String, of person: Person) -> SecondFactorProof? {
        guard let sealed = person.secondFactor.sealedSecret, let bytes = secrets.open(sealed, person.id.description) else { return nil }
        let secret = CodeSecret(bytes: bytes)
        if let step = TimeCode.step(of: text, at: now(), after: person.secondFactor.lastStep, code: secret.code(of:)) { return .step(step) }
        guard text.utf8.count <= 32, text.utf8.count > TimeCode.digits + 1 else { return nil }
        return .recovery(secrets.recoveryHash(of: text, person: person.id))
    }

    /// A session under a new secret: one that came from outside is never adopted.
    func newSession(
        of person: Person, stage: SignInSession.Stage, from place: SignInPlace
    ) -> (new: NewSession, opened: OpenedSession) {
        let (secret, now) = (CookieSecret(), now())
        let session = SignInSession(
            id: .fresh(at: now), person: person.id, stage: stage, createdAt: now, seenAt: now, address: place.address?.description,
            agent: place.agent)
        return (
            NewSession(session: session, hash: secrets.hash(.session, secret.value)),
            OpenedSession(secret: secret, person: person, stage: stage)
        )
    }
}
