import ArgumentParser

struct RechargeCreate: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Order a plan for an account. Its credits come with the payment.")

    @Option(help: "acc_…") var account: String
    @Option(help: "The plan: starter, pro or business, unless the configuration has its own.") var plan: String
    @Option(help: "Where it is paid: tron, ethereum, bsc or polygon, if configured (default: you confirm it by hand).")
    var network: String?
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["recharges"], ["account": .string(account), "plan": .string(plan), "network": JSONValue(network)])
    }

    func text(_ answer: JSONValue) -> String { RechargeText.one(answer) }
}
