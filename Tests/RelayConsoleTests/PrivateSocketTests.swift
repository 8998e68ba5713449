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
            let stale = try UnixSocket()
            try stale.bind(to: path)
            stale.close()
            #expect(FileManager.default.fileExists(atPath: path))

            let (listening, announcer) = AsyncStream.makeStream(of: Void.self)
            let console = fixture.customerConsole { announcer.finish() }
            let running = Task { try await console.run() }
            for await _ in listening {}
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)

            let client = try UnixSocket()
            try client.connect(to: path)
            let head = "Host: relay\r\nConnection: close\r\n"
            let answer = try client.exchange("GET /v1/nothing HTTP/1.1\r\n\(head)\r\n")
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

/// A blocking unix domain socket.
private struct UnixSocket {
    struct Failure: Error {
        let errno: CInt
    }

    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(errno: errno) }
    }

    func bind(to path: String) throws { try use(path) { Glibc.bind(descriptor, $0, $1) } }
    func connect(to path: String) throws { try use(path) { Glibc.connect(descriptor, $0, $1) } }
    func close() { Glibc.close(descriptor) }

    /// Sends all of a request and reads to the end of the answer.
    func exchange(_ request: String) throws -> String {
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else { throw Failure(errno: errno) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(errno: errno) }
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }

    private func use(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else { throw Failure(errno: errno) }
    }
}
