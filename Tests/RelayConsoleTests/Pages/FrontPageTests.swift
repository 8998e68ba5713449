import Foundation
import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The front page")
struct FrontPageTests {
    /// The price list, written a second time: a figure that somebody changes in one place is noticed.
    private static let plans: [String: [String: String]] = [
        "Starter": [
            "price": "$9", "For": "prototypes, small tools, light API use", "Recharge": "$9, adds 9 USD of credits",
            "Input allowance, a month": "3M tokens 3,000,000", "Output allowance, a month": "600K tokens 600,000",
            "Cached read allowance, a month": "6M tokens 6,000,000", "Monthly cap, all tokens": "10M tokens 10,000,000",
            "Context (input + output of one request)": "32K tokens 32,000", "Max output of one request": "1K tokens 1,000",
            "Rate limit": "20 requests a minute", "Concurrency": "2", "High-cost budget, a month": "$1.20",
            "Default route": "gpt-5.2, gpt-5.3, gpt-5.4, gpt-5.5",
            "High-cost model rule":
                "gpt-5.5 only for short, low-frequency requests: 8,000 tokens of context, 512 of output, 2 requests a minute",
        ],
        "Pro Most popular": [
            "price": "$29", "For": "developers and teams in production", "Recharge": "$29, adds 29 USD of credits",
            "Input allowance, a month": "18M tokens 18,000,000", "Output allowance, a month": "4M tokens 4,000,000",
            "Cached read allowance, a month": "40M tokens 40,000,000", "Monthly cap, all tokens": "62M tokens 62,000,000",
            "Context (input + output of one request)": "128K tokens 128,000", "Max output of one request": "4K tokens 4,000",
            "Rate limit": "120 requests a minute", "Concurrency": "10", "High-cost budget, a month": "$8.00",
            "Default route": "gpt-5.3, gpt-5.2, gpt-5.4, gpt-5.5", "High-cost model rule": "gpt-5.5 within the budget",
        ],
        "Business": [
            "price": "$99", "For": "higher concurrency, longer context, priority routing", "Recharge": "$99, adds 99 USD of credits",
            "Input allowance, a month": "85M tokens 85,000,000", "Output allowance, a month": "18M tokens 18,000,000",
            "Cached read allowance, a month": "200M tokens 200,000,000", "Monthly cap, all tokens": "303M tokens 303,000,000",
            "Context (input + output of one request)": "256K tokens 256,000", "Max output of one request": "8K tokens 8,000",
            "Rate limit": "600 requests a minute", "Concurrency": "50", "High-cost budget, a month": "$35.00",
            "Default route": "gpt-5.4, gpt-5.5, gpt-5.3, gpt-5.2",
            "High-cost model rule": "gpt-5.5 within the larger budget, strictly capped",
        ],
    ]

    /// What a page shows of each plan, by its name.
    private static func shown(_ html: String) -> [String: [String: String]] {
        var plans: [String: [String: String]] = [:]
        for article in html.components(separatedBy: "<article class=\"plan").dropFirst() {
            let article = article.components(separatedBy: "</article>")[0]
            var rows = [
                "price": article.between("<p class=\"price\">", "</p>").plain,
                "For": String(article.between("<p class=\"for\">", "</p>").plain.dropFirst(4)),
            ]
            for row in article.components(separatedBy: "<dt>").dropFirst() {
                rows[row.components(separatedBy: "</dt>")[0].plain] = row.between("<dd>", "</dd>").plain
            }
            plans[article.between("<h3>", "</h3>").plain] = rows
        }
        return plans
    }

    @Test("The built-in plans are shown as they are promised, with every row")
    func builtIn() async throws {
        try await ConsoleFixture.run { fixture in
            let html = try await fixture.customer(.get, "/").text
            #expect(Self.shown(html) == Self.plans)
            #expect(html.components(separatedBy: "Most popular").count == 2)
            for text in [
                "All GPT versions of the catalogue are available on every plan", "K is 1,000 and M is 1,000,000 throughout",
                "A month is a calendar month, UTC", "Allowances and caps are limits, not free",
                "Credits do not expire at the end of a month",
                "1,000,000 credits = $1", "input + output + 0.1 × cached read", "not an official OpenAI service",
            ] {
                #expect(html.plain.contains(text), "\(text)")
            }
        }
    }

    @Test("Every figure is the catalogue's, whatever it is", arguments: Catalogue.builtInPlans)
    func catalogue(plan: Plan) {
        let card = PlanCard(plan: plan, highCostModels: ["gpt-5.5"]).values
        let rows = card["rows"] as? [[String: Any]] ?? []
        let exact = rows.compactMap { $0["exactly"] as? String }.compactMap { Int64($0.replacing(",", with: "")) }
        #expect(
            exact == [
                plan.allowances.input, plan.allowances.output, plan.allowances.cachedRead, plan.capTokens, plan.contextTokens,
                plan.maxOutputTokens,
            ])
        #expect(rows.count == 12 && card["price"] as? String == "$" + plan.price.usd.replacing(".00", with: ""))
    }

    @Test("Meters stand with their prices and notes, and the rules with all they promise")
    func metersAndRules() async throws {
        try await ConsoleFixture.run { fixture in
            let html = try await fixture.customer(.get, "/").text
            let meters = html.between("<caption>The prices of every model</caption>", "</table>")
            let rows = meters.components(separatedBy: "<tr>").dropFirst(2).map(\.plain)
            #expect(
                rows == [
                    "input tokens $1.00 reported usage, cached reads excluded",
                    "output tokens $1.00 reported usage, reasoning tokens included",
                    "cached read tokens $0.10 cache hits, at the lower weight",
                ])
            let rules = html.between("<ol class=\"rules\">", "</ol>").components(separatedBy: "<li>").dropFirst().map(\.plain)
            #expect(rules.count == 6)
            for (rule, word) in zip(
                rules,
                [
                    "at most once", "402, and nothing is sent upstream", "the usage that the upstream reports",
                    "before a usable response is not billed", "abnormal traffic are logged", "never goes below zero",
                ])
            {
                #expect(rule.contains(word), "\(rule)")
            }
            #expect(html.plain.contains("PayPal is not available. USDT is"))
        }
    }

    @Test("Payment names the networks that are offered here")
    func networks() async throws {
        try await ConsoleFixture.run { fixture in
            #expect(try await fixture.customer(.get, "/").text.contains("confirms each payment by hand"))
            fixture.payments = PaymentDesk(
                offers: [PaymentNetwork.tron, .bsc].map {
                    PaymentDesk.Offer(
                        network: $0, addresses: ["a"], contract: "c", decimals: 6, chainID: 1, confirmationsNeeded: 1, chain: nil)
                }, openMilliseconds: 1, graceMilliseconds: 1, openOrders: 3
            ) { _, _ in "" }
            let html = try await fixture.customer(.get, "/").text
            #expect(html.contains("PayPal is not available. USDT is, on TRON, BNB Smart Chain.") && !html.contains("Polygon"))
        }
    }

    private static func odd(name: String = "Odd", model: String = "own") -> Catalogue {
        Catalogue(
            models: [
                Model(name: "plain"),
                Model(
                    name: model,
                    prices: Prices(input: Credits(thousandths: 123_457_000), output: Credits(2_500_000), cachedRead: .zero),
                    contextTokens: 9_999),
            ],
            plans: [
                Plan(
                    id: "odd", name: name, price: Credits(12_500_000), credits: Credits(13_000_000),
                    allowances: Tokens(input: 1_500_000, output: 1_234_567, cachedRead: 999), capTokens: 1_250_000_000,
                    contextTokens: 32_768, maxOutputTokens: 2_000, requestsPerMinute: 1_000, concurrency: 1_000,
                    highCostBudget: Credits(thousandths: 1_500_000), route: ["plain", model])
            ], servedModels: ["plain", model])
    }

    @Test("An operator's own catalogue shows its own figures in the same form, and models with their own prices")
    func ownCatalogue() async throws {
        try await ConsoleFixture.run(catalogue: Self.odd()) { fixture in
            let html = try await fixture.customer(.get, "/").text
            #expect(
                Self.shown(html) == [
                    "Odd": [
                        "price": "$12.50", "For": "", "Recharge": "$12.50, adds 13 USD of credits",
                        "Input allowance, a month": "1.5M tokens 1,500,000", "Output allowance, a month": "1,234,567 tokens",
                        "Cached read allowance, a month": "999 tokens", "Monthly cap, all tokens": "1,250M tokens 1,250,000,000",
                        "Context (input + output of one request)": "32,768 tokens", "Max output of one request": "2K tokens 2,000",
                        "Rate limit": "1,000 requests a minute", "Concurrency": "1,000", "High-cost budget, a month": "$0.0015",
                        "Default route": "plain, own", "High-cost model rule": "no model of this catalogue is a high-cost one",
                    ]
                ])
            #expect(!html.contains("Most popular") && html.contains("All models of the catalogue"))
            #expect(html.plain.contains("own $0.123457 $2.50 $0.00 9,999"))
            let own = try await fixture.customer(.get, "/?input=1,000,000&output=1&cached_read=7&model=own").text
            #expect(
                own.between("id=\"calculator-credits\">", "<") == "123,459.5"
                    && own.contains("value=\"own\" data-prices=\"123457000,2500000000,0\" selected"))
            let unknown = try await fixture.customer(.get, "/?input=1&model=gpt-9").text
            #expect(unknown.contains("No model of this name") && unknown.between("id=\"calculator-credits\">", "<") == "–")
        }
    }

    @Test("A catalogue without plans and models says so")
    func emptyCatalogue() async throws {
        try await ConsoleFixture.run(catalogue: Catalogue(models: [], plans: [], servedModels: [])) { fixture in
            let html = try await fixture.customer(.get, "/").text
            #expect(html.contains("No plan is on sale at present") && html.contains("This relay has no models at present"))
            for path in ["/", "/docs", "/status"] { PageMarkup(try await fixture.customer(.get, path).text).expectSound("empty \(path)") }
        }
    }

    @Test(
        "Nothing that a catalogue, a query or a `Host` says becomes a part of a page",
        arguments: [
            "<script>alert(1)</script>", "\u{600}<script>alert(1)</script>", "<\u{338}img src=x>", "\"><img src=x onerror=alert(1)>",
            "'\u{301} onload='x", "{{title}}", "{{{title}}}", "</style><script>", "'; rm -rf /; '", "`id`", "&lt;b&gt;",
        ])
    func hostile(text: String) async throws {
        try await ConsoleFixture.run(catalogue: Self.odd(name: text, model: text)) { fixture in
            let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for path in ["/", "/docs", "/status", "/?input=\(query)&output=\(query)&cached_read=1&model=\(query)", "/\(query)"] {
                let html = try await fixture.customer(.get, path).text
                PageMarkup(html).expectSound("\(path)")
                let bytes = Array(html.utf8)
                for tag in ["<script>alert", "<img", "<\u{338}", "style><script>"] {
                    #expect(bytes.firstRange(of: Array(tag.utf8)) == nil, "\(path) \(tag)")
                }
                if path == "/docs" { #expect(html.between("<pre tabindex=\"0\"><code>", "</code>").contains("&quot;plain&quot;")) }
            }
            let front = try await fixture.customer(.get, "/?input=\(query)").text
            #expect(Array(front.utf8).firstRange(of: Array(PageText().escapeText(text).utf8)) != nil)
        }
    }
}

extension String {
    /// What stands between two texts, the first time; empty where they are not there.
    func between(_ start: String, _ end: String) -> String {
        guard let from = firstRange(of: start)?.upperBound, let to = self[from...].firstRange(of: end)?.lowerBound else { return "" }
        return String(self[from..<to])
    }

    /// Without tags, with one blank between words.
    var plain: String {
        var text = ""
        var isTag = false
        for character in self {
            if character == "<" {
                isTag = true
            } else if character == ">", isTag {
                isTag = false
                text += " "
            } else if !isTag {
                text.append(character)
            }
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
