/// Why the database did not do what was asked.
public struct StoreFailure: Error, CustomStringConvertible {
    public enum Kind: Sendable {
        /// A CHECK, a unique index or an append-only trigger objected: the same batch will never succeed.
        case constraint
        /// The database cannot be written or read now: a full disk, an I/O error, a lost connection.
        case unavailable
        /// The connection was lost while the transaction was being committed: it was, or it was not.
        case undecided
        /// The node's lease has ended, and others may have expired its holds. Nothing was written.
        case fenced
        /// Somebody else keeps a row locked that is needed. Nothing was written.
        case locked
        /// What is stored makes no sense.
        case corrupt

        /// Whether it is about the rows that were touched, and says nothing of others.
        var concernsWhatIsTouched: Bool {
            switch self {
            case .constraint, .locked, .corrupt: true
            case .unavailable, .undecided, .fenced: false
            }
        }
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { "\(kind): \(message)" }
}
