import ArgumentParser

struct OperatorCreate: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Let an operator sign in. Prints a password that is good once, within 72 hours, to choose another."
    )

    @Option(help: "The operator's address.") var email: String
    @Option(help: "A name for people.") var name: String?
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["operators"], ["email": .string(email), "name": JSONValue(name)])
    }

    func text(_ answer: JSONValue) -> String { PersonText.one(answer) }
}
