import Foundation
import Glibc
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("The console's private socket")
struct PrivateSocketTests {
    @Test("It answers on a socket that only its owner may use, replaces one that was left behind, and leaves none")
    func socket() async throws {
        try await ConsoleFixture.run { fixture in
            let path = fixture.folder.path("console.sock")
            // What a process that was killed leaves: a socket that nobody listens on.
            let stale = try RawSocket(AF_UNIX)
            try stale.bind(path: path)
            stale.close()
            #expect(FileManager.default.fileExists(atPath: path))

            let (listening, announcer) = AsyncStream.makeStream(of: Void.self)
            let console = fixture.customerConsole { announcer.finish() }
            let running = Task { try await console.run() }
            for await _ in listening {}
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)

            let client = try RawSocket(AF_UNIX)
            try client.connect(path: path)
            let head = "Host: relay\r\nConnection: close\r\n"
            let answer = try await client.exchange("GET /v1/nothing HTTP/1.1\r\n\(head)\r\n")
            client.close()
            #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
            #expect(answer.contains(#""code":"not_found""#))
            #expect(!answer.lowercased().contains("x-request-id"))

            running.cancel()
            _ = await running.result
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("It does not replace a file that is no socket")
    func otherFile() async throws {
        try await ConsoleFixture.run { fixture in
            let path = fixture.folder.path("console.sock")
            try Data("precious".utf8).write(to: URL(filePath: path))
            await #expect(throws: (any Error).self) { try await fixture.customerConsole().run() }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }
}
