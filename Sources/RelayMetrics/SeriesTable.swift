/// The series that are rendered, by family and labels.
struct SeriesTable: Sendable {
    /// Series of one name and kind.
    struct Family {
        let kind: FamilyKind
        /// By their labels as they are rendered.
        var series: [String: any Series] = [:]
    }

    /// By the name in their `# TYPE` line.
    private(set) var families: [String: Family] = [:]
    /// The family to which a name at the start of a line belongs.
    private var owners: [String: String] = [:]
    private var count = 0
    private let limit: Int

    /// - Parameter own: a counter that is there from the start and does not count against the limit.
    init(limit: Int, own: CounterSeries) {
        self.limit = limit
        insert(own, .counter)
    }

    /// Finds a series, or makes it.
    /// - Returns: nil where the table is full, or where a name that the series needs belongs to something else.
    mutating func series<Kept: Series>(at key: SeriesKey, _ kind: FamilyKind, make: (SeriesKey) -> Kept) -> Kept? {
        if let family = families[key.family] {
            guard family.kind == kind else { return nil }
            if let known = family.series[key.labels] { return known as? Kept }
        }
        guard count < limit, kind.names(of: key.family).allSatisfy({ owners[$0] ?? key.family == key.family }) else { return nil }
        let made = make(key)
        insert(made, kind)
        count += 1
        return made
    }

    /// Takes out a series, and frees the family's names with its last one. What is not in the table is left alone.
    mutating func remove(_ series: any Series) {
        let key = series.key
        guard var family = families[key.family], family.series[key.labels] === series else { return }
        family.series[key.labels] = nil
        count -= 1
        families[key.family] = family.series.isEmpty ? nil : family
        if family.series.isEmpty { for name in family.kind.names(of: key.family) { owners[name] = nil } }
    }

    private mutating func insert(_ series: any Series, _ kind: FamilyKind) {
        for name in kind.names(of: series.key.family) { owners[name] = series.key.family }
        families[series.key.family, default: Family(kind: kind)].series[series.key.labels] = series
    }
}
