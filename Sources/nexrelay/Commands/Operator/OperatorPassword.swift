import ArgumentParser

struct OperatorPassword: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Give an operator a new password, good once, and end all sessions. One who was disabled is let in again.")

    @Argument(help: "usr_…") var id: String
    @OptionGroup var codes: ForgetCodesOption
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["operators", id, "password"], codes.body)
    }

    func text(_ answer: JSONValue) -> String { PersonText.one(answer) }
}

/// For somebody who has lost what makes the codes.
struct ForgetCodesOption: ParsableArguments {
    @Flag(help: "Ask for codes no more, until they are set up again.") var forgetCodes = false

    var body: JSONValue { ["forget_codes": .boolean(forgetCodes)] }
}
