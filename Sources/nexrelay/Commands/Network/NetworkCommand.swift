import ArgumentParser

/// `nexrelay network …`
struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Networks on which customers pay.", subcommands: [NetworkList.self])
}

struct NetworkList: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "How far each network was scanned, by which node, and what its addresses hold.")

    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["networks"]) }

    func text(_ answer: JSONValue) -> String { NetworkText.list(answer) }
}
