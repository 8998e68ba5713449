import ArgumentParser

struct AccountShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an account.")

    @Argument(help: "acc_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["accounts", id]) }

    func text(_ answer: JSONValue) -> String { AccountText.one(answer) }
}
