import Hummingbird
import RelayDomain
import RelayStore

/// `/admin/v1/reviews`: what the operator should look at, and what they decide.
struct ReviewRoutes {
    let ledger: LedgerAccess

    var all: [Route] {
        [
            Route(.get, "/admin/v1/reviews") { [self] in try await list($0) },
            Route(.get, "/admin/v1/reviews/{id}") { [self] in .json(ReviewView(review: try await review(of: $0)).json) },
            Route(.post, "/admin/v1/reviews/{id}/resolve") { [self] in try await resolve($0) },
        ]
    }

    /// Which entries a list has.
    private enum Selection: String, CaseIterable { case open, all }

    private func list(_ call: Call) async throws -> Response {
        let query = try call.query("state", "limit", "cursor")
        let selection: Selection = try query.choice("state") ?? .open
        let page = try await ledger.reader.reviews(
            onlyOpen: selection == .open, limit: query.limit(), after: query.cursor(ReviewKind.self))
        return .json(ListView(page) { ReviewView(review: $0).json }.json)
    }

    private func resolve(_ call: Call) async throws -> Response {
        var fields = try await call.fields()
        let word = try fields.text("action", .name)
        let note = try fields.text("note", .reason)
        try fields.finish()
        guard let action = Review.Action(rawValue: word) else {
            let words = Review.Action.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw Refusal(.invalidRequest, "`action` is one of \(words).", param: "action")
        }
        let review = try await review(of: call)
        let resolution = Resolution(review: review.id, account: review.account, action: action, note: note, at: ledger.now())
        return .json(ReviewView(review: try await ledger.review(after: .resolve(resolution))).json)
    }

    private func review(of call: Call) async throws -> Review {
        guard let review = try await ledger.reader.review(try call.identifier("id", of: "review")) else { throw Refusal.noSuch("review") }
        return review
    }
}
