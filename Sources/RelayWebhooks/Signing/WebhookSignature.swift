import Crypto
public import RelayDomain

/// The signatures of Standard Webhooks, symmetric: HMAC-SHA256 over the message's id, the time and the body, with dots between them.
public enum WebhookSignature {
    /// - Parameters:
    ///   - secrets: in the order in which their signatures stand.
    ///   - id: without a dot, or what is signed could be cut in another way.
    ///   - seconds: since 1970.
    /// - Returns: the header's value: `v1,` and the signature in base 64, of each secret, with blanks between them.
    public static func header(secrets: [WebhookSecret], id: String, seconds: Int64, body: [UInt8]) -> String {
        secrets.map { "v1,\(signature(secret: $0, id: id, seconds: seconds, body: body))" }.joined(separator: " ")
    }

    private static func signature(secret: WebhookSecret, id: String, seconds: Int64, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret.bytes))
        code.update(data: Array("\(id).\(seconds).".utf8))
        code.update(data: body)
        return Base64.encode(Array(code.finalize()))
    }
}
