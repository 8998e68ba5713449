import Foundation
import NIOSSL
import RelayTestKit

/// A certificate that certifies itself, for whom a test names, made by openssl.
struct TestAuthority {
    let server: NIOSSLContext
    /// Whoever trusts it trusts ``server``.
    let roots: NIOSSLTrustRoots

    /// - Parameter names: as openssl takes them: `DNS:example.com,IP:127.0.0.1`.
    init(_ names: String) throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("a.pem"), folder.path("a.key"))
        try Subprocess.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out",
            certificate, "-days", "30", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
        ])
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        server = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
        roots = .certificates(chain)
    }
}
