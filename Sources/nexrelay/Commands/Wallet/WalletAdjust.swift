import ArgumentParser
import RelayDomain

struct WalletAdjust: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust", abstract: "Correct a wallet by hand. What is held for requests cannot be taken away.")

    @Argument(help: "acc_…") var id: String
    @Option(parsing: .unconditional, help: "What is added, with up to three decimals; below zero takes away: --credits=-1.25.")
    var credits: CreditsArgument
    @Option(help: "Why.") var reason: String
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        try requireText(reason, "--reason")
        guard credits.credits != .zero else { throw ValidationError("--credits must not be zero") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        // As a string: the figure reaches the ledger as it was typed.
        try await client.post(
            ["wallets", id, "adjust"], ["credits": .string(credits.credits.description), "reason": .string(reason)])
    }

    func text(_ answer: JSONValue) -> String { WalletText.one(answer) }
}
