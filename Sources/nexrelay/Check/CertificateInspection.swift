import RelayDomain
import RelayGateway

/// Looks at the public listener's certificate and key: whether they can be used, and for how long.
enum CertificateInspection {
    /// What is left of a certificate's time when it is warned of: renewals are mostly done with a third of 90 days left.
    private static let soonDays: Int64 = 14

    static func run(_ files: GatewayConfiguration.TLS, now: Timestamp) -> (finding: Inspection.Finding, warnings: [String]) {
        func finding(_ isOK: Bool, _ detail: String) -> Inspection.Finding {
            Inspection.Finding(name: "public.tls", isOK: isOK, detail: detail)
        }
        do {
            let expires = try PublicCertificate(files).expires
            let detail = "\(files.certificate), valid until \(expires.rfc3339)"
            if expires <= now { return (finding(false, "\(files.certificate) has expired: it was valid until \(expires.rfc3339)"), []) }
            let days = (expires.milliseconds - now.milliseconds) / 86_400_000
            return (finding(true, detail), days < soonDays ? ["the certificate of the public listener expires at \(expires.rfc3339)"] : [])
        } catch {
            return (finding(false, error.description), [])
        }
    }
}
