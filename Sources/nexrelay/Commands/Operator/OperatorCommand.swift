import ArgumentParser

/// `nexrelay operator …`
struct OperatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "People who look after this relay, and sign in to its console.",
        subcommands: [OperatorCreate.self, OperatorList.self, OperatorPassword.self, OperatorDisable.self])
}
