import ArgumentParser

struct ReconcileCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Check every invariant of the books, while the relay serves. Exits 1 on a finding.",
        discussion: """
            With --upstream-usage, an upstream's usage export is compared with the receipts too, by day (UTC), upstream and model. The file \
            has a header and the columns date,upstream,model,input_tokens,cached_tokens,output_tokens; input_tokens includes \
            cached_tokens, as in OpenAI's export. Any drift is a finding.
            """)

    @OptionGroup var admin: AdminOptions
    @Option(help: ArgumentHelp("An upstream's usage export, CSV, at most 8 MiB.", valueName: "file"))
    var upstreamUsage: String?

    func request(_ client: AdminClient) async throws -> AdminDocument {
        let export = try upstreamUsage.map(UpstreamUsageFile.text)
        return try await WaitingLine.during("checking the books") {
            let seconds = AdminClient.reconciliationSeconds
            guard let export else { return try await client.get(["reconciliation"], timeoutSeconds: seconds) }
            return try await client.post(["reconciliation"], ["upstream_usage": .string(export)], timeoutSeconds: seconds)
        }
    }

    func text(_ answer: JSONValue) -> String { ReconciliationText.one(answer) }

    /// Anything but a plain yes is a finding.
    func isFinding(_ answer: JSONValue) -> Bool { !answer["ok"].isTrue }
}
