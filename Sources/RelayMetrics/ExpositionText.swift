/// Writes the text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
struct ExpositionText {
    private(set) var text = ""

    /// The lines above a family's samples.
    mutating func beginFamily(_ name: String, type: String, help: String?) {
        if let help { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
        text += "# TYPE \(name) \(type)\n"
    }

    /// - Parameter labels: what stands between the braces, escaped. Empty: no braces.
    mutating func sample(_ name: String, labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// The fewest digits that are read as the same double; whole numbers without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Escapes backslashes and line feeds and, in a label's value, quotes.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        // Scalar by scalar: a carriage return and its line feed are one `Character`, which equals neither.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
