import ArgumentParser

struct ReconcileCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Check every invariant of the books, while the relay serves. Exits 1 on a finding.")

    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument { try await client.get(["reconciliation"]) }

    func text(_ answer: JSONValue) -> String { ReconciliationText.one(answer) }

    /// Anything but a plain yes is a finding.
    func isFinding(_ answer: JSONValue) -> Bool { !answer["ok"].isTrue }
}
