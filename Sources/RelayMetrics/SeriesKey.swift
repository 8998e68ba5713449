/// Where a series stands. Labels that are rendered alike are one series, whatever they were called and in whatever order they came:
/// Prometheus refuses to read a series twice.
struct SeriesKey: Sendable {
    let family: String
    /// What stands between the braces, sorted by name: `method="GET",status="200"`. Empty where there are no labels.
    let labels: String

    init(_ kind: FamilyKind, label: String, dimensions: [(String, String)]) {
        family = kind.familyName(for: label)
        // To Prometheus, a label with an empty value and none at all are the same.
        let pairs = dimensions.sorted(by: <).filter { !$0.1.isEmpty }.map { (ExpositionName.label($0), $1) }
        // Names that became one share it: no value is lost, so series that differ stay apart.
        let values = Dictionary(pairs) { "\($0);\($1)" }
        labels = values.sorted { $0.key < $1.key }
            .map { "\($0)=\"\(ExpositionText.escaped($1, quotes: true))\"" }
            .joined(separator: ",")
    }
}
