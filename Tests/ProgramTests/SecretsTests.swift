import Foundation
import RelayDomain
import Testing

@testable import nexrelay

@Suite struct SecretsTests {
    /// Calculated apart, with Python's hmac and zlib.
    private static let expectedHash = "a69b39f14af17c5ae3383204bf202545fa3dac6b642aaea4da92c178efdd8dcc"

    /// A directory of its own for one test, removed at its end.
    private func withDirectory(_ body: (DataDirectory) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/nexrelay-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(DataDirectory(path: path))
    }

    private func read(_ directory: DataDirectory) throws -> [[UInt8]] { try directory.secrets.map { try $0.read() } }

    @Test("secrets are made once, for their owner alone")
    func creation() throws {
        try withDirectory { directory in
            try directory.createMissing()
            let first = try read(directory)
            #expect(first.allSatisfy { $0.count == 32 })
            #expect(Set(first).count == 2)
            for secret in directory.secrets {
                let mode = try FileManager.default.attributesOfItem(atPath: secret.path)[.posixPermissions] as? NSNumber
                #expect(mode?.intValue == 0o600)
                #expect(!secret.isOpenToOthers)
            }
            try directory.createMissing()
            #expect(try read(directory) == first)
            #expect(throws: CommandFailure.self) { try directory.token.create() }
            #expect(try read(directory) == first)
        }
    }

    @Test("a secret that others may read is noticed")
    func modes() throws {
        try withDirectory { directory in
            try directory.createMissing()
            #expect(chmod(directory.token.path, 0o640) == 0)
            #expect(directory.token.isOpenToOthers)
        }
    }

    @Test(
        "a file that holds something else is refused",
        arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 66)])
    func malformed(text: String) throws {
        try withDirectory { directory in
            try directory.createMissing()
            try Data(text.utf8).write(to: URL(filePath: directory.encryptionKey.path))
            #expect(throws: CommandFailure.self) { try directory.encryptionKey.read() }
        }
    }

    @Test("the token in the environment takes the file's place")
    func tokenVariable() throws {
        try withDirectory { directory in
            let token = try directory.adminToken(variables: ["NEXRELAY_ADMIN_TOKEN": "abc"])
            #expect(token == "abc")
            #expect(throws: CommandFailure.self) { try directory.adminToken(variables: ["NEXRELAY_ADMIN_TOKEN": "a\nb"]) }
            #expect(throws: CommandFailure.self) { try directory.adminToken(variables: [:]) }
        }
    }

    @Test("the console's socket fits the system's limit, however long the directory's name is")
    func socketPath() throws {
        let long = try DataDirectory(path: "/" + String(repeating: "x", count: 120)).consoleSocket()
        defer { try? FileManager.default.removeItem(atPath: FilePath.directory(of: long)) }
        #expect(long.utf8.count <= 107)
        let short = try DataDirectory(path: "/short").consoleSocket()
        #expect(short == "/short/console.sock")
    }

    @Test("a secret's hash is HMAC-SHA256 over the label and the secret")
    func keyHash() throws {
        var random = FixedGenerator()
        let secret = KeySecret(account: AccountID(high: 1, low: 2), random: &random)
        let keyring = Keyring(key: Array(0..<32))
        #expect(SecretFile.hexadecimal(keyring.hash(secret).bytes) == Self.expectedHash)
        #expect(keyring.hash(secret) != Keyring(key: Array(1..<33)).hash(secret))
    }

    @Test("only the token itself is the token")
    func adminToken() {
        let token = AdminToken("0123456789abcdef")
        #expect(token.matches("0123456789abcdef"))
        for other in ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"] { #expect(!token.matches(other)) }
    }
}

private struct FixedGenerator: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0x0123_4567_89AB_CDEF }
}
