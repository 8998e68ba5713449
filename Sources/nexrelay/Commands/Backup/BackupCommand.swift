import ArgumentParser

struct BackupCommand: AdminCommand {
    /// A copy of large books takes its time; the relay itself sets no bound.
    private static let timeoutSeconds: Int64 = 24 * 3_600

    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the books while the relay serves.",
        discussion: """
            The relay writes the file, which its user must be allowed to do. Keep encryption.key too, apart from the copy: without it no \
            customer's key works. SQLite alone: PostgreSQL has pg_dump and pg_basebackup.
            """)

    @Argument(help: "A file that is not there yet.") var file: String
    @Flag(name: .customLong("force"), help: "Replace an older copy.") var isReplacing = false
    @OptionGroup var admin: AdminOptions

    func validate() throws { try requireText(file, "FILE") }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        let path = FilePath.resolve(file, relativeTo: FilePath.workingDirectory)
        return try await client.post(
            ["backups"], ["path": .string(path), "force": .boolean(isReplacing)], timeoutSeconds: Self.timeoutSeconds)
    }

    func text(_ answer: JSONValue) -> String {
        "\(answer["path"].text): \(answer["bytes"].text) bytes in \(answer["seconds"].text) s, the books as of \(answer["at"].text)"
    }
}
