import ArgumentParser
import Foundation

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented relay.yaml, the admin token and the encryption key. Never overwrites.")

    private static let file = "relay.yaml"

    @Option(name: .customLong("data"), help: "Where the token, the key and the database go.")
    var dataDirectory = "./nexrelay-data"
    @OptionGroup var output: OutputOptions

    func validate() throws { try requireText(dataDirectory, "--data") }

    func run() async throws {
        let directory = DataDirectory(path: FilePath.resolve(dataDirectory, relativeTo: FilePath.workingDirectory))
        let file = FilePath.resolve(Self.file, relativeTo: FilePath.workingDirectory)
        // All of them first, so that a refusal leaves nothing behind.
        for path in [file] + directory.secrets.map(\.path) where FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("\(path) exists already; nothing was written")
        }
        try directory.createMissing()
        try SecretFile.write(ConfigurationTemplate.text(dataDirectory: dataDirectory), to: file, mode: 0o644)
        let written = [("configuration", file), ("admin token", directory.token.path), ("encryption key", directory.encryptionKey.path)]
        if output.isJSON {
            let value: JSONValue = [
                "configuration": .string(file), "admin_token_file": .string(directory.token.path),
                "encryption_key_file": .string(directory.encryptionKey.path),
            ]
            return StandardOutput.print(value.json)
        }
        StandardOutput.print(
            Table.facts(written)
                + """


                Name your upstreams in relay.yaml, then:
                  nexrelay check
                  nexrelay serve

                Keep the encryption key with your backups, but apart from them: without it no customer's key works.
                """)
    }
}
