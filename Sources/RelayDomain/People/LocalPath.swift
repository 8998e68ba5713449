/// A path of this relay's own pages, to which a browser may be sent although somebody else has written it.
public struct LocalPath: Hashable, Sendable, CustomStringConvertible {
    private static let longest = 512

    public let description: String

    /// - Returns: nil for everything that a browser could take for another host's: it strips tabs and line breaks, and takes a backslash for
    ///   a slash (WHATWG's URL standard, section 4.4).
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == 0x2F, bytes.count <= Self.longest, bytes.dropFirst().first != 0x2F,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C })
        else { return nil }
        description = text
    }
}
