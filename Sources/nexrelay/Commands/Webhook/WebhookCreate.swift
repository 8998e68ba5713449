import ArgumentParser

struct WebhookCreate: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Have a program told what happens, and print its secret, once.",
        discussion: "Without --account it is yours: it is told of every account, and of what is the operator's matter.")

    @Option(help: "Where messages go: https://…") var url: String
    @Option(help: "acc_…: whose it is (default: yours).") var account: String?
    @Option(help: "What it is told of, separated by commas: recharge.credited,wallet.low (default: all).") var events: String?
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        try requireText(url, "--url")
        guard kinds?.allSatisfy({ !$0.isEmpty }) ?? true else {
            throw ValidationError("--events is a list of kinds, separated by commas")
        }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(
            ["webhooks"],
            [
                "url": .string(url), "account": JSONValue(account),
                "events": kinds.map { .array($0.map(JSONValue.string)) } ?? .null,
            ])
    }

    func text(_ answer: JSONValue) -> String { WebhookText.one(answer) }

    private var kinds: [String]? {
        events.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpaces()) } }
    }
}
