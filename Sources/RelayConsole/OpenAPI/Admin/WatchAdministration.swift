import Hummingbird
import RelayDomain

/// `/admin/v1/reviews`, `/admin/v1/upstreams`, `/admin/v1/reconciliation`, `/admin/v1/backups`, and what needs no token.
enum WatchAdministration {
    static let operations = reviews + relay + open

    private static let reviews = [
        AdminDescription.get(
            "/admin/v1/reviews", "listReviews", "Reviews", "Entries of the review queue, newest first",
            parameters: [.query("state", .words(["open", "all"]), "`open` where it is left out.")] + APIParameter.page(of: ReviewKind.self),
            answer: .list(of: "Review", "A page of entries.", headers: [])),
        AdminDescription.get(
            "/admin/v1/reviews/{id}", "getReview", "Reviews", "One entry", parameters: AdminDescription.id("id", ReviewKind.self),
            answer: .json(.named("Review"), "The entry.", headers: [])),
        AdminDescription.post(
            "/admin/v1/reviews/{id}/resolve", "resolveReview", "Reviews", "Decide on an entry",
            parameters: AdminDescription.id("id", ReviewKind.self),
            body: [.field("action", .words(Review.Action.allCases.map(\.rawValue))), .field("note", .text(.reason))], answer: "Review"),
    ]

    private static let relay = [
        AdminDescription.get(
            "/admin/v1/upstreams", "listUpstreams", "Relay", "How every upstream fares, model by model",
            answer: .list(of: "UpstreamHealth", "All of them.", headers: [])),
        AdminDescription.get(
            "/admin/v1/reconciliation", "reconcile", "Relay", "Every invariant of the books; 200 with findings too",
            answer: .json(.named("Reconciliation"), "What was examined and found.", headers: [])),
        AdminDescription.post(
            "/admin/v1/backups", "backUp", "Relay", "A consistent copy of the books, written by the relay while it serves",
            body: [
                .field("path", .text(.path), "Absolute, of a file in a folder that is there. The file gets mode 0600."),
                .optional("force", Schema.boolean.orNull, "Whether an older copy there is replaced; anything else never is."),
            ], answer: "Backup", isCreation: true),
        APIOperation(
            method: .post, path: "/admin/v1/reconciliation", name: "reconcileUpstreamUsage", tag: "Relay",
            summary: "Every invariant of the books, and an upstream's usage export beside the receipts; 200 with findings too",
            text: upstreamUsage,
            body: Schema.object([.field("upstream_usage", .string(characters: 1...ConsoleLimits.upstreamUsageBytes), "The export, CSV.")])
                .with("additionalProperties", .bool(false)),
            answers: [
                .json(
                    .all([.named("Reconciliation"), .object([.field("drift", .array(of: .named("UpstreamDrift")))])]),
                    "What was examined and found, and what does not agree.", headers: [])
            ], refusals: AdminDescription.refusals, furtherCodes: [.invalidJSON, .requestTooLarge]),
        APIOperation(
            method: .get, path: AdminDescription.path, name: "getDescription", tag: "Relay", summary: "This document",
            parameters: [.header("If-None-Match", .string, "The `etag` of a copy that is there.")],
            answers: [
                .json(.object([.field("openapi", .string)], isOpen: true), "The document.", headers: [.etag]),
                APIAnswer(status: 304, text: "The copy that is there is this version.", headers: [.etag]),
            ], refusals: AdminDescription.refusals),
    ]

    private static let upstreamUsage = """
        The export has a header and the columns `\(UpstreamUsageReport.columns.joined(separator: "`, `"))`; `input_tokens` includes \
        `cached_tokens`. Lines of one day (UTC), upstream and model are added up. They are compared with the usage that the upstream reported \
        with its answers, as the receipts of these days and upstreams have it; `drift` is the export less the receipts.
        """

    private static let isWell = Schema.object([.field("ok", .boolean)])

    private static let open = [
        APIOperation(
            method: .get, path: "/healthz", name: "isUp", tag: "Health", summary: "The process is up",
            answers: [.json(isWell, "It is.", headers: [])], refusals: AdminDescription.open),
        APIOperation(
            method: .get, path: "/readyz", name: "isReady", tag: "Health", summary: "The relay takes requests",
            answers: [
                .json(isWell, "It does.", headers: []),
                .json(isWell, "It does not: the books cannot be written.", status: 503, headers: []),
            ], refusals: AdminDescription.open),
        APIOperation(
            method: .get, path: "/metrics", name: "getMetrics", tag: "Health", summary: "All metrics, in Prometheus' text form",
            answers: [APIAnswer(status: 200, text: "The metrics.", content: [("text/plain", .string)], headers: [])],
            refusals: AdminDescription.open),
    ]
}
