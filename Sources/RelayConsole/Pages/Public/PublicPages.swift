import Hummingbird
import RelayDomain
import RelayStore

/// The pages that everybody may read. None of them reads the database: what they tell is in memory.
struct PublicPages {
    let ledger: LedgerAccess
    let facts: PublicFacts
    let version: String

    var routes: [Route] {
        [
            Route(.get, "/") { call in
                let page = FrontPage(
                    catalogue: ledger.catalogue, networks: ledger.payments.offers.map(\.network), input: CalculatorInput(call.request))
                return .sitePage(page.html, script: CalculatorScript.script, hasForm: true)
            },
            Route(.get, "/docs") { call in
                .sitePage(DocumentationPage(catalogue: ledger.catalogue, facts: facts, base: call.baseAddress).html)
            },
            Route(.get, "/status") { _ in
                let page = StatusPage(
                    catalogue: ledger.catalogue, health: facts.health(), isTaking: ledger.writer.isHealthy, version: version,
                    readAt: ledger.now())
                return .sitePage(page.html, script: StatusTemplate.script)
            },
        ] + SiteFiles.routes
    }
}
