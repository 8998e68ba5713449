import ArgumentParser

struct ReviewShow: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an entry with its evidence.")

    @Argument(help: "rev_…") var review: String
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["reviews", review]) }

    func text(_ answer: JSONValue) -> String { ReviewText.one(answer) }
}
