import ArgumentParser

struct AccountList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List accounts.")

    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["accounts"], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { AccountText.list(answer) }
}
