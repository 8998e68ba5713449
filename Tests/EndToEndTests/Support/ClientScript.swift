/// A client's program under `Clients`, which prints one JSON document of what it saw.
enum ClientScript {
    static func run(
        _ script: String, _ arguments: [String], in environment: Location.PythonEnvironment = .present, folder: String
    ) async throws -> JSON {
        let result = try await ChildProcess.run(try Location.python(environment), [Location.client(script)] + arguments, folder: folder)
        guard result.exit == .code(0) else { throw TestFailure("\(script) ended with \(result.exit): \(result.errors.suffix(4_000))") }
        return try JSON(result.output)
    }
}
