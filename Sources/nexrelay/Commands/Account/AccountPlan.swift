import ArgumentParser

struct AccountPlan: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Put an account on a plan, from the next request on. Its credits stay as they are.")

    @Argument(help: "acc_…") var id: String
    @Option(help: "The plan's id: starter, pro, business, or one of the configuration's own.") var plan: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["accounts", id, "plan"], ["plan": .string(plan)])
    }

    func text(_ answer: JSONValue) -> String { AccountText.one(answer) }
}
