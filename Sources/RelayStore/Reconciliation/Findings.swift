/// Gathers the findings of one check, as many as are listed.
struct Findings {
    /// Rows that were looked at.
    var examined: Int64 = 0
    private var lines: [String] = []

    mutating func add(_ line: String) {
        if lines.count < Reconciliation.findingLimit { lines.append(line) }
    }

    func check(_ name: String) -> Reconciliation.Check { Reconciliation.Check(name: name, examined: examined, findings: lines) }
}
