/// A DNS name in a certificate (RFC 9525, section 6.3): a name, or `*` for one label before it.
struct CertificateName {
    private let labels: [Substring]

    init(_ bytes: [UInt8]) {
        labels = String(decoding: bytes, as: UTF8.self).lowercased().split(separator: ".", omittingEmptySubsequences: false)
    }

    /// - Parameter host: in lower case, and no address.
    func matches(_ host: String) -> Bool {
        let other = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.first == "*" else { return labels == other }
        return labels.count > 2 && labels.count == other.count && labels.dropFirst() == other.dropFirst()
    }
}
