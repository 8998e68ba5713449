import RelayDomain

/// A JSON document as a tree.
///
/// Numbers are kept as text, so that money never passes through a binary fraction. Fields stay in the order in which they were
/// written, so that a person who reads an answer finds the contract's order.
enum JSONValue: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        let name: String
        let value: JSONValue
    }

    case null
    case bool(Bool)
    /// A number in JSON's own syntax.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Field])
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral fields: (String, JSONValue)...) {
        self = .object(fields.map { Field(name: $0, value: $1) })
    }
}

extension JSONValue {
    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    static func integer(_ integer: Int64?) -> JSONValue { integer.map { .number(String($0)) } ?? .null }

    static func id<Kind>(_ id: Identifier<Kind>) -> JSONValue { .string(id.description) }

    /// RFC 3339, UTC.
    static func time(_ time: Timestamp?) -> JSONValue { text(time?.rfc3339) }

    /// Credits, with up to three decimals, exact.
    static func credits(_ credits: Credits?) -> JSONValue { credits.map { .number($0.description) } ?? .null }

    /// A decimal fraction, exact: `units` of which `10^decimals` make one. Without trailing zeros.
    static func decimal(_ units: Int64, decimals: Int) -> JSONValue {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        var fraction = padded.suffix(decimals)
        while fraction.hasSuffix("0") { fraction = fraction.dropLast() }
        return .number((units < 0 ? "-" : "") + padded.dropLast(decimals) + (fraction.isEmpty ? "" : "." + fraction))
    }

    /// Adds fields behind those of an object.
    func appending(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let fields) = self else { preconditionFailure("a field beside what is no object") }
        return .object(fields + [Field(name: name, value: value)])
    }
}
