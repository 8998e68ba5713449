import ArgumentParser

/// `nexrelay recharge …`
struct RechargeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recharge", abstract: "Recharge orders.",
        subcommands: [RechargeCreate.self, RechargeList.self, RechargeShow.self, RechargeConfirm.self, RechargeCancel.self])
}
