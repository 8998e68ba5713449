import Yams

/// A mapping of the file, read key by key. A key that nobody asked for is unknown, and a fault.
final class SettingsSection {
    struct Entry {
        let key: String
        let line: Int?
        let node: Node
    }

    let path: [String]
    let line: Int?
    private let entries: [Entry]
    private let source: SettingsSource
    private var asked: Set<String> = []

    init(path: [String], line: Int?, entries: [Entry], source: SettingsSource) {
        self.path = path
        self.line = line
        self.entries = entries
        self.source = source
    }

    convenience init(path: [String], mapping: Node.Mapping, source: SettingsSource) {
        var entries: [Entry] = []
        for (key, node) in mapping {
            if case .scalar(let scalar) = key {
                entries.append(Entry(key: scalar.string, line: key.mark?.line, node: node))
            } else {
                source.fault(.file(line: key.mark?.line), "a key is a single word")
            }
        }
        self.init(path: path, line: mapping.mark?.line, entries: entries, source: source)
    }

    /// In the order of the file.
    var keys: [String] { entries.map(\.key) }

    /// What stands at `key`, or is to be taken for it.
    /// - Parameter isRequired: its absence is a fault.
    func value(_ key: String, isRequired: Bool = false) -> SettingsValue {
        asked.insert(key)
        let entry = entries.first { $0.key == key }
        return SettingsValue(path: path + [key], line: entry?.line ?? line, node: entry?.node, isRequired: isRequired, source: source)
    }

    /// The section at `key`; an empty one when the file has none, so that the environment may still fill it.
    func section(_ key: String, isRequired: Bool = false) -> SettingsSection {
        value(key, isRequired: isRequired).section() ?? SettingsSection(path: path + [key], line: line, entries: [], source: source)
    }

    /// The section at `key`; nil when neither the file nor the environment has anything of it.
    /// - Parameter isNamedByFile: what the environment says counts only where the file has the section: its keys are names of its own.
    func optionalSection(_ key: String, isNamedByFile: Bool = false) -> SettingsSection? {
        let hasEntry = entries.contains { $0.key == key }
        guard hasEntry || (!isNamedByFile && source.hasOverrides(below: path + [key])) else {
            asked.insert(key)
            return nil
        }
        return section(key)
    }

    func fault(_ message: String) {
        source.fault(.file(line: line), message)
    }

    /// Ends the reading: what was not asked for is unknown.
    func close() {
        let place = path.isEmpty ? "" : " in `\(path.joined(separator: "."))`"
        for entry in entries where !asked.contains(entry.key) {
            source.fault(.file(line: entry.line), "unknown key `\(entry.key)`\(place)")
        }
    }
}
