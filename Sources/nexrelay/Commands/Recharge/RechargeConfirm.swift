import ArgumentParser

struct RechargeConfirm: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Say that an order was paid: credit it, once, however often this is repeated.",
        discussion: "A transaction of a network that is watched is looked up first: it has to be the order's own final payment.")

    @Argument(help: "rch_…") var order: String
    @Option(help: "How it was paid.") var note: String
    @Option(help: "The payment's own id or hash; no two orders may have the same.") var tx: String?
    @Flag(help: "Credit without asking the chain, or against its word.") var unverified = false
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        try requireText(note, "--note")
        if let tx { try requireText(tx, "--tx") }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(
            ["recharges", order, "confirm"],
            ["note": .string(note), "transaction": JSONValue(tx), "unverified": unverified ? .boolean(true) : .null])
    }

    func text(_ answer: JSONValue) -> String { RechargeText.one(answer) }
}
