import Hummingbird
import RelayDomain
import RelayStore

/// `/password`, `/console/security` and what is done there.
extension PageRoutes {
    var passwordRoutes: [Route] {
        [
            page(.get, "/password") { [self] visit in
                guard let signedIn = visit.signedIn, signedIn.session.stage == .full else { return visit.redirect(to: "/login") }
                guard signedIn.person.password == nil else { return visit.redirect(to: "/console/security") }
                return visit.page(choicePage(visit))
            },
            page(.post, "/password") { [self] visit in
                guard let signedIn = visit.signedIn, signedIn.session.stage == .full else { return visit.redirect(to: "/login") }
                let form = try await form(of: visit)
                guard signedIn.person.password == nil else { return visit.redirect(to: "/console/security") }
                do {
                    let opened = try await changePassword(form, known: nil, visit, signedIn)
                    return visit.redirect(to: home(of: signedIn.person, nil), with: opened)
                } catch let fault as SecurityFault {
                    return visit.page(choicePage(visit, fault: fault.text), status: Self.status(fault.waitSeconds))
                }
            },
            privatePage(.get, "/console/security") { [self] visit, signedIn in
                visit.page(try await securityPage(visit, signedIn))
            },
            privatePage(.post, "/console/security/password") { [self] visit, signedIn in
                try await secured(visit, signedIn, "password") { form in
                    let opened = try await changePassword(form, known: form["password"], visit, signedIn)
                    return visit.redirect(to: "/console/security", with: opened)
                }
            },
        ]
    }

    private func changePassword(
        _ form: Form, known: String?, _ visit: PageVisit, _ signedIn: SignedIn
    ) async throws -> OpenedSession {
        guard form["new"] == form["repeated"] else { throw SecurityFault.differ }
        return try await desk.changePassword(to: form["new"], from: known, by: signedIn, at: visit.place)
    }

    /// Does what a form asks for; what it was refused stands on the page.
    func secured(
        _ visit: PageVisit, _ signedIn: SignedIn, _ part: String, _ work: (Form) async throws -> Response
    ) async throws -> Response {
        do {
            return try await work(try await form(of: visit))
        } catch let fault as SecurityFault {
            return visit.page(
                try await securityPage(visit, signedIn, part: part, fault: fault.text), status: Self.status(fault.waitSeconds),
                headers: Self.headers(fault.waitSeconds))
        }
    }

    private func choicePage(_ visit: PageVisit, fault: String? = nil) -> String {
        var values: [String: Any] = ["form": visit.formSecret, "least": PasswordRules.characters.lowerBound]
        if let fault { values["fault"] = fault }
        return SecurityTemplates.choice.html(title: "Choose a password", values)
    }

    /// - Parameter part: of the page, in which `fault` happened.
    func securityPage(_ visit: PageVisit, _ signedIn: SignedIn, part: String? = nil, fault: String? = nil) async throws -> String {
        let sessions = try await desk.book.sessions(of: signedIn.person.id)
        let now = desk.now()
        var values: [String: Any] = [
            "least": PasswordRules.characters.lowerBound, "isOn": signedIn.person.secondFactor.isOn,
            "codesLeft": try await desk.book.recoveryCodes(of: signedIn.person.id),
            "sessions": sessions.filter { $0.stage == .full && !$0.isOver(at: now) }.map { session in
                [
                    "id": session.id.description, "agent": session.agent ?? "unknown", "address": session.address ?? "unknown",
                    "created": PageFigures.time(session.createdAt), "seen": PageFigures.time(session.seenAt),
                    "isThis": session.id == signedIn.session.id,
                ] as [String: Any]
            },
        ]
        if let part, let fault { values[part + "Fault"] = fault }
        return SecurityTemplates.security.html(title: "Security", frame(visit, signedIn, "/console/security", values))
    }
}

extension SecurityFault {
    var text: String {
        switch self {
        case .wrongPassword: "The present password is not right, or was tried too often."
        case .wrongCode: "This code is not right, or was used before."
        case .unfit(let fault): fault.rawValue
        case .differ: "The two new passwords are not the same."
        }
    }

    var waitSeconds: Int? {
        switch self {
        case .wrongPassword(let seconds), .wrongCode(let seconds): seconds
        case .unfit, .differ: nil
        }
    }
}
