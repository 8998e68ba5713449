public enum PersonKind: IdentifierKind { public static let prefix = "usr_" }
public enum SessionKind: IdentifierKind { public static let prefix = "ses_" }

/// Somebody who signs in to the console.
public typealias PersonID = Identifier<PersonKind>
/// A session by its public name. What opens it is a secret of which nothing but a hash is kept.
public typealias SessionID = Identifier<SessionKind>

/// Somebody who signs in to the console.
public struct Person: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        /// Sees one account, and nothing else.
        case customer(AccountID)
        /// Sees all accounts, and has none.
        case `operator`
    }

    public enum State: String, CaseIterable, Sendable {
        case active
        /// May not sign in, and has no sessions.
        case disabled
    }

    public let id: PersonID
    /// In the one form that ``Account/email`` has too.
    public let email: String
    public var name: String
    public let role: Role
    /// nil where there is none: then nobody signs in, and a session that is open is there to set one.
    public var password: PasswordHash?
    /// Of a password that was given out for one sign-in: until when that is possible. nil for a password that the person has chosen.
    public var passwordExpiresAt: Timestamp?
    public var secondFactor: SecondFactor
    public var state: State
    public let createdAt: Timestamp

    public init(
        id: PersonID, email: String, name: String, role: Role, password: PasswordHash?, passwordExpiresAt: Timestamp? = nil,
        secondFactor: SecondFactor = SecondFactor(), state: State = .active, createdAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.role = role
        self.password = password
        self.passwordExpiresAt = passwordExpiresAt
        self.secondFactor = secondFactor
        self.state = state
        self.createdAt = createdAt
    }

    public var account: AccountID? {
        if case .customer(let account) = role { account } else { nil }
    }

    public var isOperator: Bool { role == .operator }

    /// Whether the right password lets the person in.
    public func maySignIn(at time: Timestamp) -> Bool {
        state == .active && password != nil && (passwordExpiresAt.map { time < $0 } ?? true)
    }
}

/// A person's time codes (RFC 6238).
public struct SecondFactor: Hashable, Sendable {
    /// The secret, encrypted; nil while the person signs in without codes.
    public var sealedSecret: [UInt8]?
    /// One that the person is about to set up, and has not proved yet.
    public var sealedOffer: [UInt8]?
    /// The step of the last code that was taken: neither it nor an earlier one is taken again.
    public var lastStep: Int64

    public init(sealedSecret: [UInt8]? = nil, sealedOffer: [UInt8]? = nil, lastStep: Int64 = 0) {
        self.sealedSecret = sealedSecret
        self.sealedOffer = sealedOffer
        self.lastStep = lastStep
    }

    public var isOn: Bool { sealedSecret != nil }
}
