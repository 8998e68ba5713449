import ArgumentParser

/// `nexrelay review …`
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "What the relay wants a person to look at.",
        subcommands: [ReviewList.self, ReviewShow.self, ReviewResolve.self])
}
