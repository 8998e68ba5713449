/// A customer. Everything that an admission needs of them is in the ``Wallet``.
public struct Account: Hashable, Sendable {
    public let id: AccountID
    public let email: String
    public let name: String
    public let createdAt: Timestamp

    public init(id: AccountID, email: String, name: String, createdAt: Timestamp) {
        self.id = id
        self.email = email
        self.name = name
        self.createdAt = createdAt
    }
}
