import ArgumentParser
import Foundation

/// Which configuration a command reads.
struct ConfigurationOptions: ParsableArguments {
    /// The variable that names the file where no option does.
    static let variable = "NEXRELAY_CONFIG"
    private static let defaultFile = "relay.yaml"

    @Option(name: .customLong("config"), help: "The configuration. (default: $NEXRELAY_CONFIG, else relay.yaml)")
    var file: String?

    static var variables: [String: String] { ProcessInfo.processInfo.environment }

    var path: String { file ?? Self.variables[Self.variable] ?? Self.defaultFile }

    /// Whether somebody named the file, so that it must be there.
    var isNamed: Bool { file != nil || Self.variables[Self.variable] != nil }
}
