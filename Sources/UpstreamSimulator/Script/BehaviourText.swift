import Foundation

/// Directives as people write them, in a header or inside a message.
enum BehaviourText {
    private static let opening = "[[simulate"
    private static let closing = "]]"

    /// The keys and values of `status=500; content="two words"; tools`, or of a JSON object. An object's pairs come sorted by key.
    static func pairs(in text: String) throws(SimulatorScriptError) -> [(key: String, value: String)] {
        let trimmed = text.drop { $0.isWhitespace }
        if trimmed.first == "{" { return try pairs(inJSON: String(trimmed)) }
        var pairs: [(key: String, value: String)] = []
        var rest = trimmed
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" }
            guard !rest.isEmpty else { return pairs }
            let key = rest.prefix { !$0.isWhitespace && $0 != ";" && $0 != "=" }
            rest = rest.dropFirst(key.count)
            guard !key.isEmpty else { throw SimulatorScriptError("a directive has a name before its '='") }
            guard rest.first == "=" else {
                pairs.append((String(key), ""))
                continue
            }
            rest = rest.dropFirst()
            let value: Substring
            if rest.first == "\"" {
                rest = rest.dropFirst()
                value = rest.prefix { $0 != "\"" }
                guard value.endIndex < rest.endIndex else { throw SimulatorScriptError("the quotes of \(key) are not closed") }
                rest = rest[value.endIndex...].dropFirst()
            } else {
                value = rest.prefix { !$0.isWhitespace && $0 != ";" }
                rest = rest[value.endIndex...]
            }
            pairs.append((String(key), String(value)))
        }
    }

    private static func pairs(inJSON text: String) throws(SimulatorScriptError) -> [(key: String, value: String)] {
        do {
            let values = try JSONDecoder().decode([String: DirectiveValue].self, from: Data(text.utf8))
            return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
        } catch {
            throw SimulatorScriptError("directives in JSON are one object of strings, whole numbers and booleans")
        }
    }

    /// The directives inside the first `[[simulate …]]` of a message, and the message without it; nil when there is none.
    static func directive(in message: String) -> (directives: String, remainder: String)? {
        guard let start = range(of: opening, in: message[...]),
            let end = range(of: closing, in: message[start.upperBound...])
        else { return nil }
        var remainder = message
        remainder.removeSubrange(start.lowerBound..<end.upperBound)
        return (String(message[start.upperBound..<end.lowerBound]), remainder.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// A byte search: every message of every request is looked through, and most hold no directive.
    private static func range(of mark: String, in text: Substring) -> Range<String.Index>? {
        guard let first = mark.utf8.first else { return nil }
        var rest = text.utf8
        while let start = rest.firstIndex(of: first) {
            let candidate = rest[start...]
            if candidate.starts(with: mark.utf8) { return start..<candidate.index(start, offsetBy: mark.utf8.count) }
            rest = candidate.dropFirst()
        }
        return nil
    }
}
