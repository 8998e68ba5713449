import Hummingbird
import RelayDomain

/// The parameters behind the `?` of a request.
struct Query {
    private var values: [String: String] = [:]

    /// - Throws: `invalid_request` for a parameter that is not among `names`, so that a mistyped filter does not pass for none,
    ///   and for one that is there twice.
    init(_ request: Request, names: [String]) throws(Refusal) {
        for (key, value) in request.uri.queryParameters where !key.isEmpty || !value.isEmpty {
            let name = String(key)
            guard names.contains(name) else {
                throw Refusal(.invalidRequest, "There is no query parameter `\(name.quotable)` here.", param: name.quotable)
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw Refusal(.invalidRequest, "The query parameter `\(name)` stands twice.", param: name)
            }
        }
    }

    /// How many items a page has.
    func limit() throws(Refusal) -> Int {
        guard let text = values["limit"] else { return ConsoleLimits.defaultPageItems }
        let range = ConsoleLimits.pageItems
        guard let limit = Int(text), range.contains(limit) else {
            throw Refusal(.invalidRequest, "`limit` is a whole number from \(range.lowerBound) to \(range.upperBound).", param: "limit")
        }
        return limit
    }

    /// Where a page starts: the `next` of the page before it.
    func cursor<Kind: IdentifierKind>(_ kind: Kind.Type) throws(Refusal) -> String? {
        guard let text = values["cursor"] else { return nil }
        guard let id = Identifier<Kind>(text) else {
            throw Refusal(.invalidRequest, "`cursor` is the `next` of the page before.", param: "cursor")
        }
        return id.description
    }

    func identifier<Kind: IdentifierKind>(_ name: String, _ kind: Kind.Type) throws(Refusal) -> Identifier<Kind>? {
        guard let text = values[name] else { return nil }
        guard let id = Identifier<Kind>(text) else {
            throw Refusal(.invalidRequest, "`\(name)` is an id that begins with `\(Kind.prefix)`.", param: name)
        }
        return id
    }

    func time(_ name: String) throws(Refusal) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw Refusal(.invalidRequest, "`\(name)` is a time as in RFC 3339: 2026-11-23T21:39:00Z.", param: name)
        }
        return time
    }

    /// A day of UTC, in days since 1970.
    func day(_ name: String) throws(Refusal) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(dayText: text) else {
            throw Refusal(.invalidRequest, "`\(name)` is a day: 2026-11-23.", param: name)
        }
        return time.day
    }

    func text(_ name: String) -> String? { values[name] }

    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ name: String) throws(Refusal) -> Choice? {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw Refusal(.invalidRequest, "`\(name)` is one of \(words).", param: name)
        }
        return choice
    }

    func month(_ name: String) throws(Refusal) -> Month? {
        guard let text = values[name] else { return nil }
        guard let month = Month(text: text) else {
            throw Refusal(.invalidRequest, "`\(name)` is a month: 2026-11.", param: name)
        }
        return month
    }
}
