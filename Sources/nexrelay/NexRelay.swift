import ArgumentParser

/// The program.
@main
struct NexRelay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexrelay",
        abstract: "A self-hosted, prepaid relay for OpenAI-compatible APIs.",
        discussion: """
            `serve` and `demo` own the database. The other commands talk to the relay that runs, which they find by its configuration. \
            Every command takes --json. Exit codes: 0 done, 1 refused or found wanting, 64 wrong usage.
            """,
        version: Build.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Running a relay:",
                subcommands: [DemoCommand.self, InitCommand.self, ServeCommand.self, CheckCommand.self, SimulateUpstreamCommand.self]),
            CommandGroup(
                name: "Customers and their money:",
                subcommands: [
                    AccountCommand.self, KeyCommand.self, RechargeCommand.self, DepositCommand.self, NetworkCommand.self,
                    WalletCommand.self, OperatorCommand.self,
                ]),
            CommandGroup(
                name: "What happened:",
                subcommands: [
                    ReceiptsCommand.self, ReceiptCommand.self, ReviewCommand.self, ReconcileCommand.self, WebhookCommand.self,
                ]),
            CommandGroup(name: "Keeping it:", subcommands: [BackupCommand.self]),
        ])
}
