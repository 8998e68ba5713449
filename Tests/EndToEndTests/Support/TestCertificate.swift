import Foundation
import RelayTestKit

/// A certificate for the loopback and its key, made by openssl.
enum TestCertificate {
    /// Writes `NAME.pem` and `NAME.key` into a folder.
    static func make(_ name: String, in folder: TemporaryFolder, days: Int = 30) async throws {
        let made = try await ChildProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(name).key", "-out",
                "\(name).pem", "-days", "\(days)", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ], folder: folder.url.path)
        guard made.exit == .code(0) else { throw TestFailure("openssl ended with \(made.exit): \(made.errors)") }
    }
}
