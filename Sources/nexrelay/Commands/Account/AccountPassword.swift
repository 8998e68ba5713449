import ArgumentParser

struct AccountPassword: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Give an account's customer a password for the console, good once, within 72 hours, to choose another. All sessions end.")

    @Argument(help: "acc_…") var id: String
    @OptionGroup var codes: ForgetCodesOption
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["accounts", id, "password"], codes.body)
    }

    func text(_ answer: JSONValue) -> String { PersonText.one(answer) }
}
