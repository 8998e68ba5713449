import ArgumentParser

struct RechargeCancel: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel an order that was not paid.")

    @Argument(help: "rch_…") var id: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.post(["recharges", id, "cancel"]) }

    func text(_ answer: JSONValue) -> String { RechargeText.one(answer) }
}
