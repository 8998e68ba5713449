import Hummingbird
import RelayDomain
import RelayStore

/// Somebody with a session that is not over.
struct SignedIn: Sendable {
    let person: Person
    let session: SignInSession
    let secret: CookieSecret
    let hash: KeyHash
}

/// A request for a page, and who makes it.
struct PageVisit: Sendable {
    let call: Call
    let cookies: PageCookies
    /// nil for a stranger. Whoever has yet to prove the second factor is at the stage ``SignInSession/Stage/code``.
    let signedIn: SignedIn?
    /// What the forms of this answer carry.
    let formSecret: String
    /// Set with the answer where the browser had none to which ``formSecret`` belongs.
    let newFormCookie: CookieSecret?

    var place: SignInPlace { SignInPlace(address: call.address, agent: call.agent) }

    /// Where the visitor wanted to go.
    func next(_ text: String) -> LocalPath? { LocalPath(text) }

    var next: LocalPath? {
        call.request.uri.queryParameters.first { $0.key == "next" }.flatMap { LocalPath(String($0.value)) }
    }

    /// A page of which the forms are this visitor's.
    func page(_ html: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        if let newFormCookie { headers.append(cookies.set(.form, newFormCookie)) }
        return .consolePage(html, status: status, headers: headers)
    }

    /// Onwards by GET, whatever the method was.
    func redirect(to path: String, _ more: [HTTPFields.Element] = []) -> Response {
        var headers: HTTPFields = [:]
        headers[.location] = path
        headers[.cacheControl] = "no-store"
        for field in more { headers.append(field) }
        return Response(status: .seeOther, headers: headers)
    }

    /// With a session that has just been opened.
    func redirect(to path: String, with opened: OpenedSession) -> Response { redirect(to: path, entering(opened)) }

    func entering(_ opened: OpenedSession) -> [HTTPFields.Element] { [cookies.set(.session, opened.secret), cookies.forget(.form)] }
}

extension Call {
    /// Whether a proxy that is not trusted has passed it on, as the gateway says: nobody knows how it came there.
    var isPassedOn: Bool { request.headers.contains { $0.name.canonicalName == "nexrelay-passed-on" } }

    /// What the browser calls itself, as far as it is worth keeping.
    var agent: String? {
        request.headers[.userAgent].map { text in
            String(
                text.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value < 0x7F }.prefix(ConsoleLimits.agentCharacters).map(
                    Character.init))
        }
    }
}
