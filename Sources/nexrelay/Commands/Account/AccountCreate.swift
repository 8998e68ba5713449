import ArgumentParser

struct AccountCreate: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Open an account.")

    @Option(help: "The customer's address; one account each.") var email: String
    @Option(help: "A name for people.") var name: String?
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["accounts"], ["email": .string(email), "name": JSONValue(name)])
    }

    func text(_ answer: JSONValue) -> String { AccountText.one(answer) }
}
