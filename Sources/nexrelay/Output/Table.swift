/// Text for people: aligned columns, or one `name: value` a line.
struct Table {
    private let rows: [[String]]
    private let rightAligned: Set<Int>

    /// - Parameters:
    ///   - headings: one for each column. A heading that begins with `>` has its column aligned to the right.
    ///   - rows: as long as `headings`.
    init(_ headings: [String], _ rows: [[String]]) {
        rightAligned = Set(headings.indices.filter { headings[$0].hasPrefix(">") })
        self.rows = [headings.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }] + rows.map { $0.map(Self.oneLine) }
    }

    /// Two spaces between columns, and none at a line's end.
    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            return trimmingEnd(cells.joined(separator: "  "))
        }.joined(separator: "\n")
    }

    /// `name: value` lines, the values aligned.
    static func facts(_ facts: [(name: String, value: String)]) -> String {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.map { name, value in
            "\(name):\(String(repeating: " ", count: width - name.count)) \(oneLine(value))"
        }.joined(separator: "\n")
    }

    /// Rows of a spreadsheet (RFC 4180), lines ended by a line feed.
    static func csv(_ headings: [String], _ rows: [[String]]) -> String {
        ([headings] + rows).map { row in
            row.map { cell in
                let needsQuotes = cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
                return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
            }.joined(separator: ",")
        }.joined(separator: "\n")
    }

    /// Without characters that would move a terminal's cursor: names and notes come from others.
    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } ? " " : $0 })
    }

    private func trimmingEnd(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
