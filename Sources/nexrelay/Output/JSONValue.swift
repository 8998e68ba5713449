import Foundation
import RelayDomain

/// A JSON document whose numbers are exact: amounts of money pass through it.
enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// - Throws: `DecodingError`.
    init(json: Data) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: json)
    }

    /// One line, keys in alphabetical order.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only values that JSON cannot express could fail, and there are none.
        return String(decoding: (try? encoder.encode(self)) ?? Data("null".utf8), as: UTF8.self)
    }

    /// A member of an object; null where there is none.
    subscript(key: String) -> JSONValue {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// The values of an array; empty for anything else.
    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    var isTrue: Bool { self == .boolean(true) }

    /// A number of credits.
    var credits: Credits? {
        if case .number(let number) = self { Credits(text: "\(number)") } else { nil }
    }

    /// As a person reads it; `-` where there is nothing.
    var text: String {
        switch self {
        case .null: "-"
        case .boolean(let isTrue): isTrue ? "yes" : "no"
        case .number(let number): "\(number)"
        case .string(let string): string.isEmpty ? "-" : string
        case .array(let items): items.isEmpty ? "-" : items.map(\.text).joined(separator: ", ")
        case .object: json
        }
    }

    /// Credits and what they are in US dollars; `-` where there are none.
    var money: String {
        credits.map { "\($0) ($\($0.usd))".replacing("($-", with: "(-$") } ?? "-"
    }
}

extension JSONValue: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let number = try? container.decode(Decimal.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let items = try? container.decode([JSONValue].self) {
            self = .array(items)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let boolean): try container.encode(boolean)
        case .number(let number): try container.encode(number)
        case .string(let string): try container.encode(string)
        case .array(let items): try container.encode(items)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(integerLiteral value: Int) { self = .number(Decimal(value)) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }

    /// A string; null where there is none.
    init(_ string: String?) { self = string.map(JSONValue.string) ?? .null }
    init(_ number: Int) { self = .number(Decimal(number)) }
}
