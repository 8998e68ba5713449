import Foundation
import RelayDomain
import RelayTestKit
import RelayWebhooks
import Testing

@Suite struct SignatureTests {
    /// The first was made by the package standardwebhooks 1.1.0, both by Python's hmac.
    private static let first = "v1,uEXlBj91iAuEm59a2Zh409ed1SD6G0LU7hpTc9odR9k="
    private static let second = "v1,+V1stbDcBmtQDLiTpKgSI1kUQsDAjFWCqi/8pUaeQEk="

    private func header(_ message: SignedMessage, _ name: String) -> String? {
        message.headers.first { $0.name == name }?.value
    }

    @Test("a signature is that of Standard Webhooks")
    func vector() {
        let body = Array(Fixture.body.utf8)
        #expect(WebhookSignature.header(secrets: [Fixture.secret], id: Fixture.event, seconds: 1_795_514_400, body: body) == Self.first)
        #expect(
            WebhookSignature.header(
                secrets: [Fixture.secret], id: "acc_1:low:7", seconds: 1_795_514_400,
                body: Array(#"{"type":"wallet.low","data":{"name":"Zoë ☂"}}"#.utf8)) == "v1,MCqh+z4HgwjFCOiRoTyvtdAeYkK+bwy3/JqmDudAPrM=")
    }

    @Test("while a rotation is recent, both secrets sign, the newest first")
    func rotation() throws {
        let newest = try #require(WebhookSecret("whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="))
        let message = try Fixture.message("https://example.com/hook", secrets: [newest, Fixture.secret])
        #expect(header(message, "webhook-signature") == "\(Self.second) \(Self.first)")
    }

    @Test("a message carries what the specification asks for, and nothing that it has to hide")
    func headers() throws {
        let message = try Fixture.message("https://example.com/hook", at: Timestamp(milliseconds: 1_795_514_400_999))
        #expect(
            message.headers.map { "\($0.name): \($0.value)" } == [
                "host: example.com", "user-agent: NexRelay/1.2.3", "content-type: application/json",
                "content-length: \(Fixture.body.utf8.count)", "webhook-id: \(Fixture.event)", "webhook-timestamp: 1795514400",
                "webhook-signature: \(Self.first)", "connection: close",
            ])
        #expect(message.body == Array(Fixture.body.utf8))
    }

    @Test("the package that receivers use verifies it under either secret, and under no other")
    func package() throws {
        let newest = try #require(WebhookSecret(bytes: Array(1..<33)))
        let message = try Fixture.message("https://example.com/hook", secrets: [newest, Fixture.secret])
        for secret in [newest, Fixture.secret] {
            let payload = try verify(message, secret, body: Fixture.body)
            #expect(payload.contains("recharge.credited"))
            #expect(throws: TestKitFailure.self) { try verify(message, secret, body: Fixture.body + " ") }
        }
        let other = try #require(WebhookSecret(bytes: Array(2..<34)))
        #expect(throws: TestKitFailure.self) { try verify(message, other, body: Fixture.body) }
    }

    private func verify(_ message: SignedMessage, _ secret: WebhookSecret, body: String) throws -> String {
        let folder = try TemporaryFolder()
        let headers = Dictionary(uniqueKeysWithValues: message.headers.map { ($0.name, $0.value) })
        let document: [String: Any] = ["secret": secret.text, "headers": headers, "body": body]
        try JSONSerialization.data(withJSONObject: document).write(to: folder.url.appending(path: "message.json"))
        let client = Fixture.project.appending(path: "Tests/RelayWebhooksTests/Clients/verify.py").path
        return String(decoding: try Subprocess.run([Fixture.python, client, folder.path("message.json")]), as: UTF8.self)
    }
}
