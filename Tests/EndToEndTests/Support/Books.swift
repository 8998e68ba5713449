/// The database file as another program reads it, while no relay runs.
enum Books {
    static func read(_ relay: RelayProcess) async throws -> JSON {
        let result = try await ChildProcess.run(
            try Location.python(), [Location.client("books.py"), relay.databaseFile], folder: relay.folderPath)
        guard result.exit == .code(0) else { throw TestFailure("books.py ended with \(result.exit): \(result.errors)") }
        return try JSON(result.output)
    }
}
