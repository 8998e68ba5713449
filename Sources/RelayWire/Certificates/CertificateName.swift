/// A DNS name in a certificate (RFC 9525, section 6.3): a name, or `*` for one label before it.
///
/// NIOSSL takes a certificate for the address that is connected to also where a name was asked for. Whoever can lead a name to an address of
/// their own can have that address certified: so who sends secrets looks at the names again.
public struct CertificateName: Sendable {
    private let labels: [Substring]

    /// - Parameter bytes: as they stand in the certificate.
    public init(_ bytes: [UInt8]) {
        labels = String(decoding: bytes, as: UTF8.self).lowercased().split(separator: ".", omittingEmptySubsequences: false)
    }

    /// - Parameter host: in lower case, and no address.
    public func matches(_ host: String) -> Bool {
        let other = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.first == "*" else { return labels == other }
        return labels.count > 2 && labels.count == other.count && labels.dropFirst() == other.dropFirst()
    }
}
