/// Names as the text format allows them: ASCII letters, digits and `_`, a metric's `:` too, and no digit first.
enum ExpositionName {
    static func metric(_ text: String) -> String { sanitized(text, alsoAllowing: ":") }

    /// Names that have a meaning of their own, a histogram's `le` and all that begin with `__`, get the prefix that Prometheus itself gives
    /// to labels that are taken.
    static func label(_ text: String) -> String {
        let name = sanitized(text, alsoAllowing: "_")
        return name == "le" || name.hasPrefix("__") ? "exported_\(name)" : name
    }

    private static func sanitized(_ text: String, alsoAllowing other: Unicode.Scalar) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", other: name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        // Where nothing is left to name it, a name is a lone underscore.
        return name.utf8.first.map { (0x30...0x39).contains($0) } ?? true ? "_\(name)" : name
    }
}
