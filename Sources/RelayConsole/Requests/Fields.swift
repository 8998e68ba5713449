import RelayDomain

/// The fields of a request's JSON object. Each is taken by name; what is left at ``finish()`` is unknown, and refused.
///
/// `null` is the same as nothing.
struct Fields {
    private var fields: [JSONValue.Field] = []

    /// No field at all.
    init() {}

    /// - Throws: `invalid_request` when the document is no object.
    init(_ document: JSONValue) throws(Refusal) {
        guard case .object(let fields) = document else { throw Refusal(.invalidRequest, "The body is a JSON object.") }
        self.fields = fields
    }

    /// Refuses what nobody has taken.
    func finish() throws(Refusal) {
        guard let unknown = fields.first else { return }
        throw Refusal(.invalidRequest, "There is no field `\(unknown.name.quotable)` here.", param: unknown.name.quotable)
    }

    mutating func value(_ name: String) -> JSONValue? {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return nil }
        let value = fields.remove(at: index).value
        return value == .null ? nil : value
    }

    mutating func optionalText(_ name: String, _ rule: TextRule) throws(Refusal) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw Refusal(.invalidRequest, "`\(name)` is a string.", param: name) }
        return try rule.check(text, field: name)
    }

    mutating func text(_ name: String, _ rule: TextRule) throws(Refusal) -> String {
        try required(name, try optionalText(name, rule))
    }

    mutating func identifier<Kind>(_ name: String) throws(Refusal) -> Identifier<Kind> {
        try required(name, try optionalIdentifier(name, Kind.self))
    }

    mutating func optionalIdentifier<Kind>(_ name: String, _ kind: Kind.Type) throws(Refusal) -> Identifier<Kind>? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let id = Identifier<Kind>(text) else {
            throw Refusal(.invalidRequest, "`\(name)` is an id that begins with `\(Kind.prefix)`.", param: name)
        }
        return id
    }

    /// An amount that is written as a number or as a string, with up to three decimals.
    mutating func credits(_ name: String) throws(Refusal) -> Credits {
        try required(name, try optionalCredits(name))
    }

    mutating func optionalCredits(_ name: String) throws(Refusal) -> Credits? {
        guard let value = value(name) else { return nil }
        switch value {
        case .number(let text), .string(let text):
            if let credits = Credits(text: text) { return credits }
        default: break
        }
        throw Refusal(
            .invalidRequest, "`\(name)` is an amount with up to three decimals, at most \(Credits.limit): 1.25 or \"1.25\".", param: name)
    }

    mutating func optionalNumber(_ name: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int64? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value, let number = Int64(text), range.contains(number) else {
            throw Refusal(
                .invalidRequest, "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound).", param: name)
        }
        return number
    }

    mutating func optionalBool(_ name: String) throws(Refusal) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let bool) = value else { throw Refusal(.invalidRequest, "`\(name)` is true or false.", param: name) }
        return bool
    }

    /// One of a few words.
    mutating func optionalChoice<Choice: CaseIterable & RawRepresentable<String>>(_ name: String) throws(Refusal) -> Choice? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            throw Refusal(.invalidRequest, "`\(name)` is \(words).", param: name)
        }
        return choice
    }

    mutating func optionalTime(_ name: String) throws(Refusal) -> Timestamp? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let time = Timestamp(rfc3339: text) else {
            throw Refusal(.invalidRequest, "`\(name)` is a time as in RFC 3339: 2026-11-23T21:39:00Z.", param: name)
        }
        return time
    }

    mutating func optionalTexts(_ name: String, _ rule: TextRule) throws(Refusal) -> [String]? {
        guard let value = value(name) else { return nil }
        let fault = Refusal(.invalidRequest, "`\(name)` is a list of strings.", param: name)
        guard case .array(let values) = value else { throw fault }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw fault }
            texts.append(try rule.check(text, field: name))
        }
        return texts
    }

    /// The fields of an object inside this one; none when it is not there.
    mutating func object(_ name: String) throws(Refusal) -> Fields {
        guard let value = value(name) else { return Fields() }
        guard case .object = value else { throw Refusal(.invalidRequest, "`\(name)` is an object.", param: name) }
        return try Fields(value)
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(Refusal) -> Value {
        guard let value else { throw Self.missing(name) }
        return value
    }

    private static func missing(_ name: String) -> Refusal {
        Refusal(.invalidRequest, "The field `\(name)` is required.", param: name)
    }
}
