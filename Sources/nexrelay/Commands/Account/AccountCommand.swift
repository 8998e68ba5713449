import ArgumentParser

/// `nexrelay account …`
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Customers.",
        subcommands: [
            AccountCreate.self, AccountList.self, AccountShow.self, AccountPlan.self, AccountSuspend.self, AccountResume.self,
            AccountPassword.self,
        ])
}
