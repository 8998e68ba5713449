import RelayDomain
import Testing

@testable import nexrelay

@Suite struct WebhookSettingsTests {
    private func load(_ lines: String, _ variables: [String: String] = [:]) throws -> WebhookSettings {
        try SettingsFixture.load(SettingsFixture.upstream + "\n" + lines, variables).webhooks
    }

    @Test("without the section only public addresses are told, by TLS, of a tenth of a plan and of 80 and 100 percent of a budget")
    func absent() throws {
        for lines in ["", "webhooks: {}"] {
            let settings = try load(lines)
            #expect(settings == WebhookSettings())
            #expect(!settings.allowsHTTP && !settings.allowsPrivateAddresses)
            #expect(settings.lowBalancePercent == 10 && settings.keyBudgetPercents == [80, 100])
        }
    }

    @Test("each key is read; percents are put in order")
    func present() throws {
        let settings = try load(
            "webhooks: { allow_http: true, allow_private_addresses: true, low_balance_percent: 25, key_budget_percents: [90, 50] }")
        #expect(
            settings
                == WebhookSettings(allowsHTTP: true, allowsPrivateAddresses: true, lowBalancePercent: 25, keyBudgetPercents: [50, 90]))
        #expect(try load("webhooks: { low_balance_percent: 0, key_budget_percents: [] }").keyBudgetPercents.isEmpty)
    }

    @Test("the environment has the last word")
    func environment() throws {
        let settings = try load(
            "webhooks: { allow_http: true }",
            ["NEXRELAY_WEBHOOKS_ALLOW_HTTP": "false", "NEXRELAY_WEBHOOKS_KEY_BUDGET_PERCENTS": "100, 75"])
        #expect(!settings.allowsHTTP)
        #expect(settings.keyBudgetPercents == [75, 100])
    }

    @Test(
        "what is no percent, or there twice, or unknown is refused",
        arguments: [
            "allow_http: 1", "allow_private_addresses: yes please", "low_balance_percent: 101", "low_balance_percent: -1",
            "key_budget_percents: [0]", "key_budget_percents: [101]", "key_budget_percents: [80, 80]", "key_budget_percents: 80%",
            "key_budget_percents: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", "allow_htp: true",
        ])
    func faults(line: String) {
        #expect(SettingsFixture.faults(SettingsFixture.upstream + "\nwebhooks: { \(line) }\n").count == 1, "\(line)")
    }

    @Test("where messages may go waits for the next start, and what is warned of does not")
    func reload() throws {
        let before = try SettingsFixture.load(SettingsFixture.upstream)
        func keys(_ line: String) throws -> [String] {
            before.keysThatNeedRestart(for: try SettingsFixture.load(SettingsFixture.upstream + "\nwebhooks: { \(line) }"))
        }
        #expect(try keys("allow_http: true") == ["webhooks"])
        #expect(try keys("allow_private_addresses: true") == ["webhooks"])
        #expect(try keys("low_balance_percent: 20, key_budget_percents: [50]").isEmpty)
    }

    @Test("the ledger warns as the settings say, and of no balance at 0 percent")
    func alerts() throws {
        #expect(WebhookSettings().alerts == AlertSettings())
        let settings = try load("webhooks: { low_balance_percent: 25, key_budget_percents: [100, 50] }")
        #expect(settings.alerts == AlertSettings(lowBalancePercent: 25, keyBudgetPercents: [50, 100]))
        #expect(try load("webhooks: { low_balance_percent: 0 }").alerts.lowBalancePercent == nil)
    }
}

@Suite struct WebhookSecretSealingTests {
    private let keyring = Keyring(key: Array(0..<32))
    private let webhook = WebhookID(high: 1, low: 2)

    private var secret: WebhookSecret {
        var random = SystemRandomNumberGenerator()
        return WebhookSecret(random: &random)
    }

    @Test("what was sealed for a webhook opens for it, and is never the same twice")
    func opening() throws {
        let secret = secret
        let sealed = keyring.seal(secret, of: webhook)
        #expect(try keyring.openSecret(sealed, of: webhook) == secret.bytes)
        #expect(keyring.seal(secret, of: webhook) != sealed)
        #expect(!sealed.contains(secret.bytes))
    }

    @Test("it opens for no other webhook, under no other key, and not when a bit of it has changed")
    func refusals() {
        let sealed = keyring.seal(secret, of: webhook)
        #expect(throws: Keyring.UnreadableSecret.self) { try keyring.openSecret(sealed, of: WebhookID(high: 1, low: 3)) }
        #expect(throws: Keyring.UnreadableSecret.self) { try Keyring(key: Array(1..<33)).openSecret(sealed, of: webhook) }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: Keyring.UnreadableSecret.self) { try keyring.openSecret(altered, of: webhook) }
        }
        for length in [0, 12, 27] {
            #expect(throws: Keyring.UnreadableSecret.self) { try keyring.openSecret(Array(sealed.prefix(length)), of: webhook) }
        }
    }
}
