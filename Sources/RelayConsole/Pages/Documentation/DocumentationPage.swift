import RelayDomain

/// `/docs`: how to call this relay, what it answers, and what is limited.
struct DocumentationPage {
    let catalogue: Catalogue
    let facts: PublicFacts
    let base: BaseAddress

    var html: String {
        let guide = ClientGuide(base: base, model: exampleModel)
        return DocumentationTemplate.page.html(
            title: "Documentation", at: "/docs",
            [
                "base": "\(base)/v1", "curl": guide.curl, "python": guide.python, "clients": guide.lines, "errors": errors,
                "headers": APIHeader.allCases.map { ["name": $0.rawValue, "text": Prose.html($0.text)] },
                "hasPlans": !catalogue.plans.isEmpty, "planNames": catalogue.plans.map { ["plan": $0.name] }, "limits": limits,
                "sizes": sizes, "reference": APIReference.html,
            ])
    }

    /// The first of the first plan's route that is served. It is pasted into a shell and into programs: one with an odd name is not shown.
    private var exampleModel: String {
        let models = catalogue.models(for: catalogue.plans.first, allowedBy: KeyPolicy()).map(\.name)
        return models.first { name in
            name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-._:/".utf8.contains(byte)
            }
        } ?? "auto"
    }

    private var errors: [[String: Any]] {
        Refusal.Code.allCases.map { Refusal($0, "") }.sorted { $0.status < $1.status }.map { refusal in
            [
                "code": refusal.code.rawValue, "status": "\(refusal.status)", "type": refusal.type,
                "meaning": Prose.html(refusal.code.meaning),
                "isFinal": refusal.shouldRetry == false,
            ]
        }
    }

    /// A row a limit, a figure a plan.
    private var limits: [[String: Any]] {
        [
            row("Context (input + output of one request), tokens") { PageFigures.grouped($0.contextTokens) },
            row("Max output of one request, tokens") { PageFigures.grouped($0.maxOutputTokens) },
            row("Requests a minute") { PageFigures.grouped($0.requestsPerMinute) },
            row("Concurrent requests") { PageFigures.grouped($0.concurrency) },
            row("Input allowance, tokens a month") { PageFigures.grouped($0.allowances.input) },
            row("Output allowance, tokens a month") { PageFigures.grouped($0.allowances.output) },
            row("Cached read allowance, tokens a month") { PageFigures.grouped($0.allowances.cachedRead) },
            row("Cap of all tokens, a month") { PageFigures.grouped($0.capTokens) },
            row("High-cost budget, a month") { PageFigures.fullDollars($0.highCostBudget) },
        ]
    }

    private func row(_ name: String, _ figure: (Plan) -> String) -> [String: Any] {
        ["limit": name, "figures": catalogue.plans.map { ["figure": figure($0)] }]
    }

    private var sizes: [[String: Any]] {
        [
            ("A request's body", PageFigures.bytes(facts.bodyBytes), Refusal.Code.requestTooLarge),
            ("A request's head", PageFigures.bytes(facts.headBytes), .headersTooLarge),
            ("A request's target", PageFigures.bytes(facts.targetBytes), .uriTooLong),
            ("An `Idempotency-Key`", "\(IdempotencyClaim.keyLimit) characters", .invalidRequest),
        ].map { ["what": Prose.html($0), "most": $1, "code": $2.rawValue] }
    }
}
