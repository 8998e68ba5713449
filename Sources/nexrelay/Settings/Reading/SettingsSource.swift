import Yams

/// One reading of a configuration: the file, the environment over it, and all that was found wrong on the way.
final class SettingsSource {
    private static let prefix = "NEXRELAY"
    /// Variables with the prefix that are no settings.
    private static let otherVariables: Set<String> = ["NEXRELAY_CONFIG", "NEXRELAY_ADMIN_TOKEN"]

    let variables: [String: String]
    private(set) var faults: [SettingsFault] = []
    private var pathsByVariable: [String: [String]] = [:]
    /// Texts that are, or are made of, what variables hold.
    private var variableTexts: Set<String> = []

    /// - Parameter variables: the environment.
    init(variables: [String: String]) {
        self.variables = variables
    }

    func fault(_ origin: SettingsFault.Origin, _ message: String) {
        faults.append(SettingsFault(origin: origin, message: message))
    }

    /// The text in a fault's words. What a variable holds may be a secret that went to the wrong place: it is not told.
    func quoted(_ text: String) -> String { variableTexts.contains(text) ? "`${…}`" : "`\(text)`" }

    func noteVariableText(_ text: String) { variableTexts.insert(text) }

    // MARK: The file

    /// - Returns: the file's outermost section; an empty one when the text is no YAML mapping, with a fault.
    func root(of text: String) -> SettingsSection {
        let empty = SettingsSection(path: [], line: nil, entries: [], source: self)
        do {
            guard let node = try Yams.compose(yaml: text) else { return empty }
            guard case .mapping(let mapping) = node else {
                fault(.file(line: node.mark?.line), "a configuration is a list of `key: value`")
                return empty
            }
            return SettingsSection(path: [], mapping: mapping, source: self)
        } catch let error as YamlError {
            let (line, message) = Self.explain(error)
            // A text that ends too early, and without a line end, is at fault a line below its last one.
            let lastLine = text.count { $0.isNewline } + 1
            fault(.file(line: line.map { min($0, lastLine) }), message)
            return empty
        } catch {
            fault(.file(line: nil), "\(error)")
            return empty
        }
    }

    /// Without Yams' own description, which quotes the line and with it perhaps a secret.
    private static func explain(_ error: YamlError) -> (line: Int?, message: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            (mark.line, "this is not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            (offset.map { yaml.prefix($0).count { $0.isNewline } + 1 }, "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "`\(duplicates.first ?? "a key")` stands twice in one section")
        default:
            (nil, "this is not YAML")
        }
    }

    // MARK: The environment

    /// `NEXRELAY_PUBLIC_PORT` for `public.port`: upper case, and `_` for all but letters and digits.
    static func variable(for path: [String]) -> String {
        ([prefix] + path).joined(separator: "_").uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
    }

    /// The variable that overrides the value at `path`, where it is set.
    func override(of path: [String]) -> (variable: String, value: String)? {
        let variable = Self.variable(for: path)
        let earlier = pathsByVariable.updateValue(path, forKey: variable)
        guard let value = variables[variable] else { return nil }
        if let earlier, earlier != path {
            fault(.variable(variable), "overrides both \(earlier.joined(separator: ".")) and \(path.joined(separator: "."))")
        }
        return (variable, value)
    }

    /// Whether a variable overrides something below `path`.
    func hasOverrides(below path: [String]) -> Bool {
        let beginning = Self.variable(for: path) + "_"
        return variables.keys.contains { $0.hasPrefix(beginning) }
    }

    /// Variables that look like settings and are none. To be asked when everything was read.
    var unknownVariables: [String] {
        variables.keys.filter {
            $0.hasPrefix(Self.prefix + "_") && pathsByVariable[$0] == nil && !Self.otherVariables.contains($0)
        }.sorted()
    }
}
