import Glibc
public import RelayDomain

/// How receipts become the bytes of a file, and what is in such bytes. Passed in, since neither JSON's shapes nor compression is the
/// store's business.
public protocol ArchiveCoding: Sendable {
    /// A receipt as one line of text, without the line feed. It begins as ``ArchiveFolder/lineStart`` says.
    func line(of receipt: Receipt) -> String
    func compressor() -> any ArchiveStream
    func decompressor() -> any ArchiveStream
    /// SHA-256.
    func digest() -> any ArchiveDigest
}

/// Makes other bytes of bytes, piece by piece.
public protocol ArchiveStream: AnyObject {
    /// - Parameter isLast: whether nothing follows.
    /// - Throws: where the bytes cannot be what they should be, and at the last ones where some are missing.
    func feed(_ bytes: [UInt8], isLast: Bool) throws -> [UInt8]
}

/// Adds bytes up to one short text that tells them from any others.
public protocol ArchiveDigest: AnyObject {
    func update(_ bytes: [UInt8])
    /// In hexadecimal digits.
    func finish() -> String
}

/// Why receipts could not be archived. Nothing of them is lost.
public struct RetentionFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    /// With the system's own words for the last error behind it.
    static func system(_ text: String, _ code: Int32) -> RetentionFailure {
        RetentionFailure("\(text): \(String(cString: strerror(code)))")
    }
}
