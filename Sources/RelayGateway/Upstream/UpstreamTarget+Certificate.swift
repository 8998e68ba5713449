import NIOCore
import NIOSSL
import RelayWire

extension UpstreamTarget {
    /// Whether the other side of a connection, whose certificate has been believed, has it by the upstream's name: see ``CertificateName``.
    ///
    /// One without any alternative name was held against its common name in the handshake, which asks for no address.
    func isCertified(_ channel: any Channel) -> Bool {
        guard let tlsName else { return true }
        guard let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self),
            let certificate = handler.peerCertificate
        else { return false }
        let names = certificate._subjectAlternativeNames()
        let host = tlsName.lowercased()
        return !names.contains { $0.nameType == .dnsName || $0.nameType == .ipAddress }
            || names.contains { $0.nameType == .dnsName && CertificateName(Array($0.contents)).matches(host) }
    }
}
