import Hummingbird
import RelayDomain
import RelayStore

/// `/login`, `/login/code`, `/logout`.
extension PageRoutes {
    var signInRoutes: [Route] {
        [
            page(.get, "/login") { [self] visit in
                if let signedIn = visit.signedIn {
                    return visit.redirect(to: signedIn.session.stage == .code ? "/login/code" : home(of: signedIn.person, visit.next))
                }
                return visit.page(signInPage(visit, next: visit.next))
            },
            page(.post, "/login") { [self] in try await signIn($0) },
            page(.get, "/login/code") { [self] visit in
                guard let signedIn = visit.signedIn, signedIn.session.stage == .code else { return visit.redirect(to: "/login") }
                return visit.page(codePage(visit, next: visit.next))
            },
            page(.post, "/login/code") { [self] in try await proveCode($0) },
            page(.post, "/logout") { [self] visit in
                if let signedIn = visit.signedIn {
                    _ = try await form(of: visit)
                    try await desk.book.end(signedIn.hash, of: signedIn.person.id)
                }
                return visit.redirect(to: "/login", [visit.cookies.forget(.session)])
            },
        ]
    }

    /// Who is an operator has no account to look at.
    func home(of person: Person, _ next: LocalPath?) -> String { next?.description ?? (person.isOperator ? "/operator" : "/console") }

    private func signIn(_ visit: PageVisit) async throws -> Response {
        let form = try await form(of: visit)
        let next = visit.next(form["next"])
        switch try await desk.signIn(email: form["email"], password: form["password"], from: visit.place) {
        case .opened(let opened):
            let path = opened.stage == .code ? Self.path("/login/code", next) : home(of: opened.person, next)
            // Whoever was signed in before in this browser is no more.
            if let old = visit.signedIn { try? await desk.book.end(old.hash, of: old.person.id) }
            return visit.redirect(to: path, with: opened)
        case .refused(let wait):
            return visit.page(
                signInPage(visit, next: next, email: form["email"], isRefused: true), status: Self.status(wait), headers: Self.headers(wait)
            )
        }
    }

    private func proveCode(_ visit: PageVisit) async throws -> Response {
        guard let signedIn = visit.signedIn, signedIn.session.stage == .code else { return visit.redirect(to: "/login") }
        let form = try await form(of: visit)
        let next = visit.next(form["next"])
        switch try await desk.proveCode(form["code"], by: signedIn, from: visit.place) {
        case .opened(let opened): return visit.redirect(to: home(of: opened.person, next), with: opened)
        case .refused(let wait):
            return visit.page(
                codePage(visit, next: next, isRefused: true), status: Self.status(wait), headers: Self.headers(wait))
        }
    }

    private func signInPage(_ visit: PageVisit, next: LocalPath?, email: String = "", isRefused: Bool = false) -> String {
        SignInTemplates.signIn.html(
            title: "Sign in",
            [
                "form": visit.formSecret, "next": next?.description ?? "", "email": String(email.prefix(254)),
                "isRefused": isRefused, "isSignUpOpen": desk.isSignUpOpen,
            ])
    }

    private func codePage(_ visit: PageVisit, next: LocalPath?, isRefused: Bool = false) -> String {
        SignInTemplates.code.html(
            title: "Enter a code", ["form": visit.formSecret, "next": next?.description ?? "", "isRefused": isRefused])
    }

    static func path(_ path: String, _ next: LocalPath?) -> String { next.map { "\(path)?next=\($0)" } ?? path }

    /// The same text either way: only who has tried too often learns that there is a bound.
    static func status(_ waitSeconds: Int?) -> HTTPResponse.Status { waitSeconds == nil ? .unprocessableContent : .tooManyRequests }

    static func headers(_ waitSeconds: Int?) -> HTTPFields {
        var headers: HTTPFields = [:]
        headers[.retryAfter] = waitSeconds.map { String($0) }
        return headers
    }
}
