import Yams

/// A place in the configuration: what the file says there, and what the environment says instead.
struct SettingsValue {
    let path: [String]
    let line: Int?
    let node: Node?
    let isRequired: Bool
    let source: SettingsSource

    /// A single value, made ready: overridden, or with its variables filled in.
    struct Scalar {
        let text: String
        let origin: SettingsFault.Origin
        /// Whether the text stands in the file as it is, so that an error may quote it.
        let isLiteral: Bool
    }

    var name: String { path.joined(separator: ".") }

    /// Whether the file has keys below this one.
    var isSection: Bool {
        if case .mapping? = node { true } else { false }
    }

    func fault(_ message: String) {
        source.fault(.file(line: line), "`\(name)` \(message)")
    }

    /// - Returns: nil when there is none, with a fault where it is required or is something else than a single value.
    func scalar() -> Scalar? {
        if let override = source.override(of: path) {
            source.noteVariableText(override.value)
            return Scalar(text: override.value, origin: .variable(override.variable), isLiteral: false)
        }
        guard let node else {
            if isRequired { fault("is missing") }
            return nil
        }
        guard case .scalar(let scalar) = node else {
            fault("must be a single value")
            return nil
        }
        guard !Self.isNull(scalar) else {
            fault("has no value")
            return nil
        }
        do {
            let (text, isExpanded) = try Interpolation.expand(scalar.string, variables: source.variables)
            if isExpanded { source.noteVariableText(text) }
            return Scalar(text: text, origin: .file(line: line), isLiteral: !isExpanded)
        } catch {
            fault("cannot be read: \(error.message)")
            return nil
        }
    }

    /// Reads a single value.
    /// - Parameters:
    ///   - expectation: what it must be, in words that follow "must be".
    ///   - isSecret: an error never quotes it.
    /// - Returns: nil when there is none or `read` returns nil; the latter is a fault.
    func parse<Value>(_ expectation: String, isSecret: Bool = false, _ read: (String) -> Value?) -> Value? {
        guard let scalar = scalar() else { return nil }
        if let value = read(scalar.text) { return value }
        let quote = scalar.isLiteral && !isSecret ? ", not `\(scalar.text)`" : ""
        source.fault(scalar.origin, "`\(name)` must be \(expectation)\(quote)")
        return nil
    }

    /// - Returns: nil when there is none, with a fault where it is required or is no section.
    func section() -> SettingsSection? {
        guard let node else {
            if isRequired { fault("is missing") }
            return nil
        }
        switch node {
        case .mapping(let mapping):
            return SettingsSection(path: path, mapping: mapping, source: source)
        case .scalar(let scalar) where Self.isNull(scalar):
            fault("has no value; leave it out, or write `{}`")
            return nil
        default:
            fault("must have keys of its own")
            return nil
        }
    }

    /// The values of a list, each with its place in it as the last part of its path.
    /// - Returns: nil when there is none, with a fault where it is required or is no list.
    func items() -> [SettingsValue]? {
        guard let node else {
            if isRequired { fault("is missing") }
            return nil
        }
        guard case .sequence(let sequence) = node else {
            fault("must be a list")
            return nil
        }
        return sequence.enumerated().map { index, item in
            SettingsValue(path: path + ["\(index)"], line: item.mark?.line ?? line, node: item, isRequired: true, source: source)
        }
    }

    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
