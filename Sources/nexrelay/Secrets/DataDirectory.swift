import Foundation

/// The directory of one relay: its secrets, its database, its console's socket.
struct DataDirectory: Sendable {
    /// The variable that takes the place of the token's file.
    static let tokenVariable = "NEXRELAY_ADMIN_TOKEN"
    /// A socket's path must fit `sockaddr_un` (unix(7)): 108 bytes with the closing zero.
    private static let longestSocketPath = 107

    let path: String

    var token: SecretFile { SecretFile(path: path + "/admin.token") }
    var encryptionKey: SecretFile { SecretFile(path: path + "/encryption.key") }
    var secrets: [SecretFile] { [token, encryptionKey] }

    /// Creates the directory and whichever secret is missing.
    func createMissing() throws {
        try SecretFile.createDirectory(path)
        for secret in secrets where !secret.exists { try secret.create() }
    }

    /// The admin API's token, as text.
    /// - Parameter variables: the environment, which may name another.
    /// - Throws: ``CommandFailure``.
    func adminToken(variables: [String: String]) throws -> String {
        if let token = variables[Self.tokenVariable] {
            guard !token.isEmpty, token.utf8.allSatisfy({ ASCIIByte.isVisible($0) }) else {
                throw CommandFailure("\(Self.tokenVariable) is not a token")
            }
            return token
        }
        return SecretFile.hexadecimal(try token.read())
    }

    /// Where the console listens: in the directory, or in a new private one where the path would be too long for a socket.
    func consoleSocket() throws -> String {
        let socket = path + "/console.sock"
        if socket.utf8.count <= Self.longestSocketPath { return socket }
        var template = Array((NSTemporaryDirectory() + "/nexrelay-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure("no directory for the console's socket: \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/console.sock"
    }
}
