import ArgumentParser

struct ReviewList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what waits for a decision.")

    @Flag(help: "Those that were resolved too.") var all = false
    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["reviews"], query: [("state", all ? "all" : nil)], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { ReviewText.list(answer) }
}
