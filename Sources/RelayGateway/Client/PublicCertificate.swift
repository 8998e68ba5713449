import Foundation
import NIOSSL
public import RelayDomain

/// The public listener's certificate and its key, read and made ready.
public struct PublicCertificate: Sendable {
    /// What hinders the use of a file.
    public struct Fault: Error, CustomStringConvertible, Sendable {
        /// Names the file, and never holds what is in it.
        public let description: String
    }

    /// When the first of the chain's certificates is no longer valid.
    public let expires: Timestamp
    let context: NIOSSLContext

    /// Reads both files.
    /// - Throws: ``Fault`` where one cannot be read, is no PEM, or does not belong to the other.
    public init(_ files: GatewayConfiguration.TLS) throws(Fault) {
        let chain = try Self.chain(in: files.certificate)
        let key = try Self.key(in: files.key)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        // RFC 8996.
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Fault(description: "the key in \(files.key) does not belong to the certificate in \(files.certificate)")
        }
        expires = Timestamp(milliseconds: chain.map { Int64($0.notValidAfter) * 1_000 }.min() ?? 0)
    }

    private static func chain(in path: String) throws(Fault) -> [NIOSSLCertificate] {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(try bytes(of: path))
            if !chain.isEmpty { return chain }
        } catch let fault as Fault {
            throw fault
        } catch {}
        throw Fault(description: "\(path) holds no certificate in PEM form")
    }

    private static func key(in path: String) throws(Fault) -> NIOSSLPrivateKey {
        let bytes = try bytes(of: path)
        do {
            // Without a passphrase to offer, an encrypted key is none.
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { $0("".utf8) }
        } catch {
            throw Fault(description: "\(path) holds no private key in PEM form that needs no passphrase")
        }
    }

    private static func bytes(of path: String) throws(Fault) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Fault(description: "\(path) cannot be read")
        }
    }
}
