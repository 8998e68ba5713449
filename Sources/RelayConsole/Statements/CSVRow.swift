/// Rows of a spreadsheet (RFC 4180).
enum CSVRow {
    enum Cell {
        /// The relay's own figures and times.
        case plain(String)
        /// What may be others' words: never a formula. Empty where there is none.
        case text(String?)
    }

    /// A row and its end.
    static func text(_ cells: [Cell]) -> String {
        cells.map { cell in
            switch cell {
            case .plain(let text): quoted(text)
            case .text(let text): quoted(harmless(text ?? ""))
            }
        }.joined(separator: ",") + "\r\n"
    }

    /// Spreadsheets run what begins with one of these, also in their full-width forms (OWASP, "CSV Injection").
    private static let beginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// An apostrophe before what would be run has it taken for text.
    private static func harmless(_ text: String) -> String {
        text.unicodeScalars.first.map(beginnings.contains) == true ? "'" + text : text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" || $0 == "\t" }
        guard needsQuotes else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
