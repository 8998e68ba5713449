import ArgumentParser

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Validate the configuration, look at the data directory, reach every upstream and every payment network, and say what is wrong.",
        discussion: "Works beside a running `serve` and without it, and changes nothing. Exits 1 on a finding.")

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let inspection = try await Inspection.run(file: configuration.path, variables: ConfigurationOptions.variables)
        for warning in inspection.warnings { StandardOutput.remark("warning: \(warning)") }
        if output.isJSON {
            StandardOutput.print(inspection.json.json)
        } else {
            StandardOutput.print(inspection.text)
        }
        guard !inspection.isOK else { return }
        for finding in inspection.findings where !finding.isOK { StandardOutput.remark("error: \(finding.name): \(finding.detail)") }
        throw ExitCode.failure
    }
}
