/// `${NAME}` inside a scalar takes an environment variable; `$${` is a literal `${`.
enum Interpolation {
    struct Fault: Error, Hashable {
        let message: String
    }

    /// - Returns: the text with every `${NAME}` replaced, and whether there was one.
    static func expand(_ text: String, variables: [String: String]) throws(Fault) -> (text: String, isExpanded: Bool) {
        guard text.contains("${") else { return (text, false) }
        var result = ""
        var isExpanded = false
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { throw Fault(message: "`${` without a closing `}`") }
                let name = String(rest[..<end].dropFirst(2))
                guard isName(name) else { throw Fault(message: "`${\(name)}` does not name an environment variable") }
                guard let value = variables[name] else { throw Fault(message: "the environment variable \(name) is not set") }
                result += value
                isExpanded = true
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return (result + rest, isExpanded)
    }

    /// Letters, digits and `_`, not beginning with a digit (POSIX, Environment Variables).
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !ASCIIByte.isDigit(first) else { return false }
        return text.utf8.allSatisfy { $0 == 0x5F || ASCIIByte.isLetterOrDigit($0) }
    }
}
