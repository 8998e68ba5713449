import Hummingbird
import RelayDomain
import RelayStore

/// The second factor's own pages, and those of sessions.
extension PageRoutes {
    var codeRoutes: [Route] {
        [
            privatePage(.post, "/console/security/codes") { [self] visit, signedIn in
                try await secured(visit, signedIn, "codes") { form in
                    try await desk.requirePassword(form["password"], of: signedIn.person)
                    try await desk.offerCodes(to: signedIn.person)
                    return visit.redirect(to: "/console/security/codes")
                }
            },
            privatePage(.get, "/console/security/codes") { [self] visit, signedIn in
                guard let secret = desk.offeredCodes(of: signedIn.person) else { return visit.redirect(to: "/console/security") }
                return visit.page(try offerPage(visit, signedIn, secret))
            },
            privatePage(.post, "/console/security/codes/confirm") { [self] in try await confirm($0, $1) },
            privatePage(.post, "/console/security/codes/off") { [self] visit, signedIn in
                try await secured(visit, signedIn, "codes") { form in
                    try await desk.requirePassword(form["password"], of: signedIn.person)
                    return visit.redirect(to: "/console/security", with: try await desk.turnOffCodes(by: signedIn, at: visit.place))
                }
            },
            privatePage(.post, "/console/security/codes/recovery") { [self] visit, signedIn in
                try await secured(visit, signedIn, "codes") { form in
                    try await desk.requirePassword(form["password"], of: signedIn.person)
                    let codes = try await desk.renewRecoveryCodes(of: signedIn.person)
                    return visit.page(recoveryPage(visit, signedIn, codes))
                }
            },
        ]
    }

    var sessionRoutes: [Route] {
        [
            privatePage(.post, "/console/security/sessions/end") { [self] visit, signedIn in
                let form = try await form(of: visit)
                if let id = SessionID(form["session"]) { _ = try await desk.book.end(id, of: signedIn.person.id) }
                return visit.redirect(to: "/console/security")
            },
            privatePage(.post, "/console/security/sessions/end-all") { [self] visit, signedIn in
                _ = try await form(of: visit)
                try await desk.book.endSessions(of: signedIn.person.id)
                return visit.redirect(to: "/login", [visit.cookies.forget(.session)])
            },
        ]
    }

    private func confirm(_ visit: PageVisit, _ signedIn: SignedIn) async throws -> Response {
        let form = try await form(of: visit)
        guard let secret = desk.offeredCodes(of: signedIn.person) else { return visit.redirect(to: "/console/security") }
        do {
            let (opened, codes) = try await desk.turnOnCodes(form["code"], by: signedIn, at: visit.place)
            var headers: HTTPFields = [:]
            for field in visit.entering(opened) { headers.append(field) }
            // The page's forms are those of the session that goes on.
            let html = recoveryPage(visit, signedIn, codes, form: desk.secrets.formSecret(of: opened.secret))
            return .consolePage(html, headers: headers)
        } catch let fault as SecurityFault {
            return visit.page(try offerPage(visit, signedIn, secret, fault: fault.text), status: Self.status(nil))
        }
    }

    private func offerPage(_ visit: PageVisit, _ signedIn: SignedIn, _ secret: CodeSecret, fault: String? = nil) throws -> String {
        let uri = secret.uri(for: signedIn.person.email)
        var values: [String: Any] = ["secret": secret.text, "uri": uri, "picture": try QRCode(uri).svg]
        if let fault { values["fault"] = fault }
        return SecurityTemplates.offer.html(title: "Set up codes", frame(visit, signedIn, "/console/security", values))
    }

    private func recoveryPage(_ visit: PageVisit, _ signedIn: SignedIn, _ codes: [String], form: String? = nil) -> String {
        var values = frame(visit, signedIn, "/console/security", ["codes": codes.map { ["code": $0] }])
        if let form, var nav = values["nav"] as? [String: Any] {
            nav["form"] = form
            values["nav"] = nav
        }
        return SecurityTemplates.recovery.html(title: "Recovery codes", values)
    }
}
