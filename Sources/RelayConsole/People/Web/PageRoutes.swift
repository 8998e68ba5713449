import Hummingbird
import RelayDomain
import RelayStore

/// The pages behind the sign-in, and those that lead to it.
struct PageRoutes: Sendable {
    let desk: PeopleDesk
    let ledger: LedgerAccess

    var all: [Route] { signInRoutes + signUpRoutes + overviewRoutes + passwordRoutes + codeRoutes + sessionRoutes }

    /// Finds out who visits. Passwords and sessions travel over connections alone that nobody can read.
    func page(_ method: HTTPRequest.Method, _ pattern: String, _ handler: @escaping @Sendable (PageVisit) async throws -> Response) -> Route
    {
        Route(method, pattern) { [self] call in
            do {
                guard call.isSecure || (call.address?.isLoopback == true && !call.isPassedOn) else { throw PageFault.notPrivate }
                return try await handler(try await visit(by: call))
            } catch let fault as PageFault {
                return fault.response
            } catch let refusal as Refusal where refusal.code != .notFound {
                return PageFault(refusal).response
            } catch PeopleFault.changed {
                return PageFault(
                    status: .conflict, title: "This was changed elsewhere", text: "Nothing was done. Load the page again."
                ).response
            }
        }
    }

    /// A page for whoever has signed in and has a password: all others are led to where they can.
    func privatePage(
        _ method: HTTPRequest.Method, _ pattern: String, _ handler: @escaping @Sendable (PageVisit, SignedIn) async throws -> Response
    ) -> Route {
        page(method, pattern) { visit in
            guard let signedIn = visit.signedIn else { return visit.redirect(to: method == .get ? "/login?next=\(pattern)" : "/login") }
            guard signedIn.session.stage == .full else { return visit.redirect(to: "/login/code") }
            guard signedIn.person.password != nil else { return visit.redirect(to: "/password") }
            return try await handler(visit, signedIn)
        }
    }

    private func visit(by call: Call) async throws -> PageVisit {
        let cookies = PageCookies(isSecure: call.isSecure)
        let signedIn = try await signedIn(cookies.read(.session, from: call.request))
        let known = signedIn?.secret ?? cookies.read(.form, from: call.request)
        let cookie = known ?? CookieSecret()
        return PageVisit(
            call: call, cookies: cookies, signedIn: signedIn, formSecret: desk.secrets.formSecret(of: cookie),
            newFormCookie: known == nil ? cookie : nil)
    }

    private func signedIn(_ secret: CookieSecret?) async throws -> SignedIn? {
        guard let secret else { return nil }
        let hash = desk.secrets.hash(.session, secret.value)
        let now = desk.now()
        guard let (session, person) = try await desk.book.session(hash), !session.isOver(at: now), person.state == .active else {
            return nil
        }
        // That it was seen is worth no failure: the page can be read without.
        if session.isTouchDue(at: now) { try? await desk.book.touch(hash, at: now) }
        return SignedIn(person: person, session: session, secret: secret, hash: hash)
    }

    /// The form that was sent, if it is one of a page that this very browser was given.
    /// - Throws: ``PageFault``.
    func form(of visit: PageVisit) async throws -> Form {
        let request = visit.call.request
        guard Self.isOfThisSite(request) else { throw PageFault.foreignForm }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { String($0).trimmed.lowercased() }
        guard type == "application/x-www-form-urlencoded" else { throw PageFault.notAForm }
        let bytes: [UInt8]
        do {
            bytes = try await visit.call.body(upTo: ConsoleLimits.formBytes)
        } catch {
            throw error.code == .requestTooLarge ? PageFault.formTooLarge : PageFault(error)
        }
        let form = try Form(bytes)
        // A cookie that is only now being set cannot be one that a form was made for.
        guard visit.newFormCookie == nil, visit.formSecret.utf8.count == form[Form.secretField].utf8.count,
            zip(visit.formSecret.utf8, form[Form.secretField].utf8).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0
        else { throw PageFault.foreignForm }
        return form
    }

    /// What browsers say of where a request comes from (Fetch Metadata; RFC 6454). Those that say nothing still need the form's secret.
    static func isOfThisSite(_ request: Request) -> Bool {
        let sites = request.headers[values: .fetchSite]
        guard sites.allSatisfy({ $0 == "same-origin" || $0 == "none" }) else { return false }
        // Said truthfully by whoever can say it: a proxy may have changed what `Host` was.
        guard sites.isEmpty else { return true }
        return request.headers[values: .origin].allSatisfy { origin in
            guard let scheme = origin.firstRange(of: "://") else { return false }
            return origin[scheme.upperBound...].lowercased() == (request.head.authority ?? "").lowercased()
        }
    }
}

extension HTTPFields.Element.Name {
    static let fetchSite = Self("sec-fetch-site")!
}
