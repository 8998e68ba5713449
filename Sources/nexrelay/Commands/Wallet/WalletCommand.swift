import ArgumentParser

/// `nexrelay wallet …`
struct WalletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet", abstract: "An account's credits and the month's meters.",
        subcommands: [WalletShow.self, WalletAdjust.self, WalletStatementCommand.self])
}
