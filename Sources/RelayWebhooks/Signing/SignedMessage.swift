public import RelayDomain

/// One attempt's request, signed.
public struct SignedMessage: Hashable, Sendable {
    public let url: WebhookURL
    /// In lower case, in the order in which they are sent.
    public let headers: [Header]
    public let body: [UInt8]

    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// - Parameters:
    ///   - id: the same for every attempt and replay.
    ///   - at: when it is sent. Receivers refuse what is old.
    ///   - version: the program's.
    public init(url: WebhookURL, secrets: [WebhookSecret], id: String, body: String, at: Timestamp, version: String) {
        self.url = url
        self.body = Array(body.utf8)
        let seconds = at.milliseconds / 1_000
        headers = [
            Header(name: "host", value: url.authority),
            Header(name: "user-agent", value: "NexRelay/\(version)"),
            Header(name: "content-type", value: "application/json"),
            Header(name: "content-length", value: "\(self.body.count)"),
            Header(name: "webhook-id", value: id),
            Header(name: "webhook-timestamp", value: "\(seconds)"),
            Header(
                name: "webhook-signature",
                value: WebhookSignature.header(secrets: secrets, id: id, seconds: seconds, body: self.body)),
            Header(name: "connection", value: "close"),
        ]
    }
}
