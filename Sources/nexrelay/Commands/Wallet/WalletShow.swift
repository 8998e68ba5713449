import ArgumentParser

struct WalletShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a wallet.")

    @Argument(help: "acc_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["wallets", id]) }

    func text(_ answer: JSONValue) -> String { WalletText.one(answer) }
}
