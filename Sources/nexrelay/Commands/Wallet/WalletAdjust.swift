import ArgumentParser
import RelayDomain

struct WalletAdjust: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust", abstract: "Correct a wallet by hand. What is held for requests cannot be taken away.")

    @Argument(help: "acc_…") var id: String
    @Option(parsing: .unconditional, help: "What is added, with up to three decimals; below zero takes away: --credits=-1.25.")
    var credits: CreditsArgument
    @Option(help: "Why.") var reason: String
    @Option(
        name: .customLong("id"),
        help: "adj_…, as a command that failed has named it: the same adjustment again moves credits once. (default: a new one)")
    var adjustment: AdjustmentArgument?
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        try requireText(reason, "--reason")
        guard credits.credits != .zero else { throw ValidationError("--credits must not be zero") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        var generator = SystemRandomNumberGenerator()
        let adjustment = adjustment?.id ?? AdjustmentID(at: SystemClock.now(), random: &generator)
        do {
            // As a string: the figure reaches the ledger as it was typed.
            return try await client.post(
                ["wallets", id, "adjust"],
                ["credits": .string(credits.credits.description), "reason": .string(reason), "id": .string(adjustment.description)])
        } catch let failure as CommandFailure where failure.mayRepeat {
            throw CommandFailure(
                "\(failure)\nRepeat it with --id \(adjustment): then it adjusts the wallet once, whether or not it has by now.",
                mayRepeat: true)
        }
    }

    func text(_ answer: JSONValue) -> String { WalletText.one(answer) }
}
