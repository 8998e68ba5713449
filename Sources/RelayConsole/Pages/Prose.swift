/// The program's own words, in which backticks mark code.
enum Prose {
    /// Escaped, with `code` elements: the only thing that templates take as it is.
    static func html(_ text: String) -> String {
        let escaped = PageText().escapeText(text).split(separator: "`", omittingEmptySubsequences: false)
        // Without its partner a backtick is one.
        guard escaped.count % 2 == 1 else { return escaped.joined(separator: "`") }
        return escaped.enumerated().map { index, part in index % 2 == 1 ? "<code>\(part)</code>" : String(part) }.joined()
    }
}
