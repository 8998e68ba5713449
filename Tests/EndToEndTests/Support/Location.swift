import Foundation

/// Where the program under test and the clients that test it lie.
enum Location {
    /// The package's root, found from this file.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The built program: `NEXRELAY_PROGRAM`, else the one that was built together with these tests.
    static func program() throws -> String {
        if let path = ProcessInfo.processInfo.environment["NEXRELAY_PROGRAM"] { return try executable(path, "NEXRELAY_PROGRAM names it") }
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }.map { URL(filePath: $0) }
        let folder = bundle.map(folderOfBundle) ?? package.appending(path: ".build/debug")
        return try executable(folder.appending(path: "nexrelay").path, "`swift build` makes it")
    }

    /// What an interpreter has installed.
    enum PythonEnvironment: String, Sendable {
        /// Tests/requirements.txt
        case present = ".venv"
        /// Tests/requirements-old.txt
        case old = ".venv-old"
        /// Tests/requirements-browser.txt
        case browser = ".venv-browser"
    }

    /// An interpreter with what the tests call.
    static func python(_ environment: PythonEnvironment = .present) throws -> String {
        try executable(package.appending(path: "\(environment.rawValue)/bin/python").path, "`make setup` makes it")
    }

    static func client(_ name: String) -> String { package.appending(path: "Tests/EndToEndTests/Clients/\(name)").path }

    /// The bundle is a file here, or a folder with the file deep inside.
    private static func folderOfBundle(_ bundle: URL) -> URL {
        var url = bundle
        while url.pathExtension != "xctest", url.path != "/" { url = url.deletingLastPathComponent() }
        return url.deletingLastPathComponent()
    }

    private static func executable(_ path: String, _ hint: String) throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw TestFailure("there is no program \(path): \(hint)") }
        return path
    }
}

/// Why a test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
