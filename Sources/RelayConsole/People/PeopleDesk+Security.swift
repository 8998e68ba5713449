import RelayDomain
import RelayStore

/// What somebody who is signed in was refused.
enum SecurityFault: Error, Sendable {
    /// - Parameter waitSeconds: after too many attempts.
    case wrongPassword(waitSeconds: Int?)
    case wrongCode(waitSeconds: Int?)
    case unfit(PasswordRules.Fault)
    case differ
}

extension PeopleDesk {
    /// - Parameter known: the present password; nil where there is none.
    /// - Returns: the session under its new secret.
    /// - Throws: ``SecurityFault``; `PeopleFault.changed` where somebody was quicker.
    func changePassword(
        to password: String, from known: String?, by visitor: SignedIn, at place: SignInPlace
    ) async throws -> OpenedSession {
        let person = visitor.person
        if person.password != nil { try await requirePassword(known ?? "", of: person) }
        if let fault = PasswordRules.fault(in: password, email: person.email) { throw SecurityFault.unfit(fault) }
        let hash = try await passwords.hash(password)
        let (new, opened) = newSession(of: person, stage: .full, from: place)
        try await book.changePassword(to: hash, from: person.password, replacing: visitor.hash, by: new)
        return opened
    }

    /// Whoever finds an open browser must not be able to change how its owner signs in.
    /// - Throws: ``SecurityFault``.
    func requirePassword(_ password: String, of person: Person) async throws {
        let time = now()
        let attempts = [GuardedAttempt(subject: secrets.hash(.emailAttempts, Array(person.email.utf8)), bound: .email)]
        if let wait = try await book.attempt(attempts, at: time) { throw SecurityFault.wrongPassword(waitSeconds: wait) }
        guard try await passwords.verify(password, against: person.password) else {
            throw SecurityFault.wrongPassword(waitSeconds: nil)
        }
        try? await book.forgive(attempts, from: time)
    }

    /// The secret that the person is about to set up; nil where there is none.
    func offeredCodes(of person: Person) -> CodeSecret? {
        person.secondFactor.sealedOffer.flatMap { secrets.open($0, person.id.description) }.map(CodeSecret.init(bytes:))
    }

    func offerCodes(to person: Person) async throws {
        try await book.offerCodes(secrets.seal(CodeSecret().bytes, person.id.description), to: person.id, password: person.password)
    }

    /// - Returns: the session under its new secret, and recovery codes that are shown once.
    /// - Throws: ``SecurityFault``; `PeopleFault.changed`.
    func turnOnCodes(
        _ code: String, by visitor: SignedIn, at place: SignInPlace
    ) async throws -> (opened: OpenedSession, codes: [String]) {
        let person = visitor.person
        guard let sealed = person.secondFactor.sealedOffer, let secret = offeredCodes(of: person) else { throw PeopleFault.changed }
        let time = now()
        guard let step = TimeCode.step(of: code, at: time, after: person.secondFactor.lastStep, code: secret.code(of:)) else {
            throw SecurityFault.wrongCode(waitSeconds: nil)
        }
        let codes = Self.recoveryCodes()
        let (new, opened) = newSession(of: person, stage: .full, from: place)
        try await book.turnOnCodes(
            sealed, step: step, recoveryCodes: codes.map { secrets.recoveryHash(of: $0, person: person.id) }, replacing: visitor.hash,
            by: new)
        return (opened, codes)
    }

    func turnOffCodes(by visitor: SignedIn, at place: SignInPlace) async throws -> OpenedSession {
        let (new, opened) = newSession(of: visitor.person, stage: .full, from: place)
        try await book.turnOffCodes(replacing: visitor.hash, by: new)
        return opened
    }

    func renewRecoveryCodes(of person: Person) async throws -> [String] {
        let codes = Self.recoveryCodes()
        try await book.renewRecoveryCodes(
            codes.map { secrets.recoveryHash(of: $0, person: person.id) }, of: person.id, password: person.password)
        return codes
    }

    private static func recoveryCodes() -> [String] { (0..<10).map { _ in PeopleSecrets.recoveryCode() } }
}
