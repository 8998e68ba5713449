import Hummingbird
import RelayDomain

/// The two cookies of the pages (RFC 6265bis): one that opens a session, and before there is one, one that forms belong to.
///
/// Over TLS their names begin with `__Host-`: then no other host can have set them. Without TLS browsers refuse that name.
struct PageCookies: Sendable {
    enum Kind: String, CaseIterable { case session = "nxr_session", form = "nxr_form" }

    let isSecure: Bool

    func name(of kind: Kind) -> String { (isSecure ? "__Host-" : "") + kind.rawValue }

    /// - Returns: nil where there is none, and where there are several: nobody can tell then which one was set here.
    func read(_ kind: Kind, from request: Request) -> CookieSecret? {
        let name = name(of: kind)
        var found: [Substring] = []
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0] == name { found.append(parts[1]) }
            }
        }
        return found.count == 1 ? CookieSecret(String(found[0])) : nil
    }

    func set(_ kind: Kind, _ secret: CookieSecret) -> HTTPFields.Element {
        field(kind, secret.text, kind == .session ? "; Max-Age=\(SessionTimes.longestMilliseconds / 1_000)" : "")
    }

    func forget(_ kind: Kind) -> HTTPFields.Element { field(kind, "", "; Max-Age=0") }

    private func field(_ kind: Kind, _ value: String, _ age: String) -> HTTPFields.Element {
        HTTPFields.Element(
            name: .setCookie, value: "\(name(of: kind))=\(value); Path=/; HttpOnly; SameSite=Lax\(age)" + (isSecure ? "; Secure" : ""))
    }
}
