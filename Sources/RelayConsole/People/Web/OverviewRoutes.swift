import Hummingbird
import RelayDomain
import RelayStore

/// `/console`, and `/operator` for operators alone.
extension PageRoutes {
    var overviewRoutes: [Route] {
        [
            privatePage(.get, "/console") { [self] visit, signedIn in
                guard let id = signedIn.person.account else { return visit.redirect(to: "/operator") }
                guard let (account, wallet) = try await ledger.reader.account(id) else { throw Refusal.noSuch("account") }
                let page = OverviewPage(account: account, wallet: wallet, catalogue: ledger.catalogue, now: ledger.now())
                return visit.page(OverviewTemplates.console.html(title: "Overview", frame(visit, signedIn, "/console", page.values)))
            },
            privatePage(.get, "/operator") { [self] visit, signedIn in
                // To a customer, there is no such page.
                guard signedIn.person.isOperator else { throw Refusal(.notFound, "There is nothing at this path.") }
                return visit.page(OverviewTemplates.operator.html(title: "Operator", frame(visit, signedIn, "/operator", [:])))
            },
        ]
    }

    /// What stands around the content of a page of somebody's own.
    func frame(_ visit: PageVisit, _ signedIn: SignedIn, _ path: String, _ values: [String: Any]) -> [String: Any] {
        let pages = signedIn.person.isOperator ? [("/operator", "Operator")] : [("/console", "Overview")]
        let links = (pages + [("/console/security", "Security")]).map { href, text in
            ["href": href, "text": text, "isCurrent": href == path] as [String: Any]
        }
        let own: [String: Any] = [
            "form": visit.formSecret, "email": signedIn.person.email, "name": signedIn.person.name,
            "nav": ["links": links, "form": visit.formSecret, "email": signedIn.person.email],
        ]
        return values.merging(own) { given, _ in given }
    }
}
