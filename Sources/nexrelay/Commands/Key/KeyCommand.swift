import ArgumentParser

/// `nexrelay key …`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Customers' keys.", subcommands: [KeyCreate.self, KeyList.self, KeyRevoke.self])
}
