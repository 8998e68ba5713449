import ArgumentParser

/// `nexrelay deposit …`
struct DepositCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit", abstract: "Payments that came in on networks.",
        subcommands: [DepositList.self, DepositShow.self, DepositResolve.self])
}
