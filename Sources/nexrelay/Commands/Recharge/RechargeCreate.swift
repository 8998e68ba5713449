import ArgumentParser

struct RechargeCreate: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Order a plan for an account. Its credits come with the confirmation.")

    @Option(help: "acc_…") var account: String
    @Option(help: "The plan: starter, pro or business, unless the configuration has its own.") var plan: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["recharges"], ["account": .string(account), "plan": .string(plan)])
    }

    func text(_ answer: JSONValue) -> String { RechargeText.one(answer) }
}
