import RelayDomain
import RelayTestKit
import Testing

@Suite struct WebhookSecretTests {
    /// Calculated apart, with Python's base64.
    private static let text = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test("a secret is whsec_ and the base 64 of its 32 bytes")
    func form() throws {
        let secret = try #require(WebhookSecret(bytes: Array(0..<32)))
        #expect(secret.text == Self.text)
        #expect(WebhookSecret(Self.text) == secret)
        #expect(WebhookSecret(bytes: Array(0..<31)) == nil && WebhookSecret(bytes: Array(0..<33)) == nil)
    }

    @Test("secrets are drawn, differ, and are read again")
    func drawing() {
        var random = SeededGenerator()
        let secrets = (0..<100).map { _ in WebhookSecret(random: &random) }
        #expect(Set(secrets).count == 100, "seed \(random.seed)")
        for secret in secrets { #expect(WebhookSecret(secret.text) == secret, "seed \(random.seed)") }
    }

    @Test("no description holds the secret")
    func descriptions() throws {
        let secret = try #require(WebhookSecret(Self.text))
        #expect("\(secret)" == "whsec_…" && String(reflecting: secret) == "whsec_…")
    }

    @Test(
        "another text is no secret",
        arguments: [
            "", "whsec_", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "WHSEC_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "whsec_-AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_====", "whsec_AA==AAAA",
        ])
    func refusals(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test("base 64 is that of RFC 4648, and is read back")
    func base64() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy"]
        for (plain, encoded) in vectors {
            #expect(Base64.encode(Array(plain.utf8)) == encoded)
            #expect(Base64.decode(encoded) == Array(plain.utf8))
        }
        for text in ["Zg=", "Zg", "Z===", "Zh==", "Zm9v\n", "Zg==Zg==", "Zm-_"] { #expect(Base64.decode(text) == nil, "\(text)") }
    }
}
