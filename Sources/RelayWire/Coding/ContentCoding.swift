public import RelayDomain

/// A coding of a request's body that the relay takes off (RFC 9110, section 8.4.1; RFC 8878 for zstd).
public enum ContentCoding: String, Sendable, CaseIterable {
    case gzip
    case zstd

    /// Reads the values of all `Content-Encoding` headers of a request.
    /// - Returns: nil where the body is as it is: without such a header, with an empty one, and with `identity`.
    /// - Throws: a refusal, 415, for any other coding and for more than one.
    public static func read(_ values: [String]) throws(Refusal) -> ContentCoding? {
        guard let value = values.first else { return nil }
        let name = value.lowercased()
        if values.count == 1 {
            if name.isEmpty || name == "identity" { return nil }
            // RFC 9110, section 8.4.1.3: an old name of the same.
            if let coding = ContentCoding(rawValue: name == "x-gzip" ? "gzip" : name) { return coding }
        }
        throw Refusal(
            .unsupportedMediaType,
            "A body may have one content encoding of these: \(acceptEncoding), identity. Send it in one of them, or as it is.")
    }

    /// What an `Accept-Encoding` of the relay says (RFC 9110, section 12.5.3, in a response).
    public static let acceptEncoding = allCases.map(\.rawValue).joined(separator: ", ")
}

/// Why a coded body is not taken.
public enum ContentFault: Error, Hashable, Sendable {
    /// It is not what its coding says that it is, or something else follows it.
    case malformed
    /// It ends too soon.
    case incomplete
    /// It would be larger than the limit.
    case tooLarge
    /// Its decoder would need more memory than ``ContentDecoder/windowBytes``.
    case windowTooLarge
}
