/// What the series of a family are. It decides the family's name and its lines.
enum FamilyKind: Sendable {
    case counter, gauge, histogram
    /// A histogram of durations. Apart from the other, since their buckets differ.
    case timer

    /// The word in the `# TYPE` line.
    var typeName: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram, .timer: "histogram"
        }
    }

    /// The family's name for a label: units and `_total` come last, once.
    func familyName(for label: String) -> String {
        let name = ExpositionName.metric(label)
        switch self {
        case .counter: return name.hasSuffix("_total") ? name : "\(name)_total"
        case .timer: return name.hasSuffix("_seconds") ? name : "\(name)_seconds"
        case .gauge, .histogram: return name
        }
    }

    /// The names that a family takes. No other family may use any: a gauge `x_count` beside a histogram `x` would be read as its count.
    func names(of family: String) -> [String] {
        switch self {
        case .counter, .gauge: [family]
        case .histogram, .timer: [family, "\(family)_bucket", "\(family)_sum", "\(family)_count"]
        }
    }
}
