/// A database that can be copied, whole and consistent, while it is written.
public protocol BackupSource: Sendable {
    /// Writes a copy of the books as of one moment. It appears under its name when it is whole, verified and durable; whatever goes wrong
    /// before leaves nothing behind. One at a time.
    /// - Parameters:
    ///   - path: absolute, of a file in a folder that is there.
    ///   - isReplacing: whether an older copy there may be replaced. Anything else never is.
    /// - Throws: ``BackupFailure``.
    func backUp(to path: String, isReplacing: Bool) async throws -> BackupCopy
}

/// A copy that was written.
public struct BackupCopy: Hashable, Sendable {
    public let path: String
    public let bytes: Int64

    public init(path: String, bytes: Int64) {
        self.path = path
        self.bytes = bytes
    }
}

/// Why there is no copy.
public struct BackupFailure: Error, Hashable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// What was asked for cannot be: no such folder, a file that may not be written.
        case path
        /// A file is there already.
        case exists
        /// Another copy is being written.
        case busy
        /// The relay stops.
        case stopped
        /// The disk did not take it, or what it holds is not what was written.
        case failed
    }

    public let kind: Kind
    /// A sentence for the operator.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
