import ArgumentParser

struct ReviewResolve: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract:
            "Decide: dismiss ends a throttle, throttle keeps the account throttled until a later entry is dismissed, suspend suspends it."
    )

    @Argument(help: "rev_…") var review: String
    @Option(help: "dismiss, throttle or suspend.") var action: ReviewAction
    @Option(help: "Why.") var note: String
    @OptionGroup var admin: AdminOptions

    func validate() throws { try requireText(note, "--note") }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["reviews", review, "resolve"], ["action": .string(action.rawValue), "note": .string(note)])
    }

    func text(_ answer: JSONValue) -> String { ReviewText.one(answer) }
}

enum ReviewAction: String, ExpressibleByArgument, CaseIterable {
    case dismiss, throttle, suspend
}
