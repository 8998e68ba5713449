import Hummingbird
import RelayDomain

/// `/signup`.
extension PageRoutes {
    var signUpRoutes: [Route] {
        [
            page(.get, "/signup") { [self] visit in
                if visit.signedIn != nil { return visit.redirect(to: "/login") }
                return visit.page(signUpPage(visit))
            },
            page(.post, "/signup") { [self] in try await signUp($0) },
        ]
    }

    private func signUp(_ visit: PageVisit) async throws -> Response {
        let form = try await form(of: visit)
        guard desk.isSignUpOpen else { return visit.page(signUpPage(visit), status: .forbidden) }
        guard visit.signedIn == nil else { return visit.redirect(to: "/login") }
        let (email, name): (String, String)
        do {
            email = try EmailAddress.normalized(try TextRule.email.check(form["email"], field: "email"))
            name = try TextRule.name.check(form["name"], field: "name")
        } catch {
            return refused(visit, form, "An e-mail address is name@host; a name is one line of at most 100 characters.")
        }
        if let fault = PasswordRules.fault(in: form["password"], email: email) { return refused(visit, form, fault.rawValue) }
        if let wait = try await desk.signUpWait(from: visit.place) {
            return refused(visit, form, "Many accounts were opened from here. Try again later.", wait: wait)
        }
        guard let opened = try await desk.signUp(email: email, name: name, password: form["password"], from: visit.place) else {
            return refused(visit, form, "This address cannot be used. If it is yours, sign in, or ask whoever operates this relay.")
        }
        return visit.redirect(to: "/console", with: opened)
    }

    private func refused(_ visit: PageVisit, _ form: Form, _ text: String, wait: Int? = nil) -> Response {
        visit.page(signUpPage(visit, form, fault: text), status: Self.status(wait), headers: Self.headers(wait))
    }

    private func signUpPage(_ visit: PageVisit, _ form: Form? = nil, fault: String? = nil) -> String {
        var values: [String: Any] = [
            "form": visit.formSecret, "isOpen": desk.isSignUpOpen, "email": String(form?["email"].prefix(254) ?? ""),
            "name": String(form?["name"].prefix(100) ?? ""), "least": PasswordRules.characters.lowerBound,
        ]
        if let fault { values["fault"] = fault }
        return SignInTemplates.signUp.html(title: "Open an account", values)
    }
}
