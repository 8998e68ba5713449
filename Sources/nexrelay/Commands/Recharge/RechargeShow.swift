import ArgumentParser

struct RechargeShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a recharge order.")

    @Argument(help: "rch_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["recharges", id]) }

    func text(_ answer: JSONValue) -> String { RechargeText.one(answer) }
}
