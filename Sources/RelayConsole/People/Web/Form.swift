import Hummingbird
import RelayDomain

/// What a form of a page has sent: `application/x-www-form-urlencoded` (WHATWG's URL standard, section 5.1).
struct Form: Sendable {
    /// The one that every form has, hidden.
    static let secretField = "form"

    private let values: [String: String]

    /// - Throws: ``PageFault`` for a body that no form of these pages sends.
    init(_ bytes: [UInt8]) throws(PageFault) {
        var values: [String: String] = [:]
        let fields = bytes.isEmpty ? [] : bytes.split(separator: 0x26, omittingEmptySubsequences: true)
        guard fields.count <= ConsoleLimits.formFields else { throw .malformedForm }
        for field in fields {
            let parts = field.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count > 1 ? Self.decoded(parts[1]) : "",
                values.updateValue(value, forKey: name) == nil
            else { throw .malformedForm }
        }
        self.values = values
    }

    /// Empty where the form has no such field.
    subscript(_ name: String) -> String { values[name] ?? "" }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        String(validating: bytes.map { $0 == 0x2B ? 0x20 : $0 }, as: UTF8.self)?.percentDecoded
    }
}
