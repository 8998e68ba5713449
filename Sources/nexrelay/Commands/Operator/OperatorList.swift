import ArgumentParser

struct OperatorList: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List operators.")

    @OptionGroup var page: PageOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.list(["operators"], limit: page.limit, cursor: page.cursor)
    }

    func text(_ answer: JSONValue) -> String { PersonText.list(answer) }
}
