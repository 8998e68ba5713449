import ArgumentParser

/// `nexrelay webhook …`
struct WebhookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Programs that are told what happens: yours, and your customers'.",
        subcommands: [
            WebhookCreate.self, WebhookList.self, WebhookShow.self, WebhookRotate.self, WebhookEnable.self, WebhookDisable.self,
            WebhookDelete.self, WebhookDeliveryList.self, WebhookReplay.self,
        ])
}
