extension Decoder {
    /// A misspelt key would otherwise be a fault that silently never happens.
    func refuseKeys(otherThan known: [String], of what: String) throws {
        let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        if let unknown = keys.first(where: { !known.contains($0) }) {
            throw SimulatorScriptError("\(what) has no '\(unknown)'; it takes \(known.joined(separator: ", "))")
        }
    }
}

/// A key of any name.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
