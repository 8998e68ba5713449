/// Something that is wrong with the configuration, and where.
struct SettingsFault: Hashable, Sendable {
    enum Origin: Hashable, Sendable {
        /// A line of the file, counted from 1; nil where the file as a whole is at fault.
        case file(line: Int?)
        /// An environment variable that overrides a value.
        case variable(String)
    }

    let origin: Origin
    /// Never holds a secret: a value is quoted only where it stands in the file as it is, and never for a key that holds a credential.
    /// One line: line ends and control characters of what it quotes are escaped.
    let message: String

    init(origin: Origin, message: String) {
        self.origin = origin
        self.message = String(message.unicodeScalars.flatMap { Self.isVisible($0) ? String($0) : $0.escaped(asASCII: true) })
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// `relay.yaml, line 12: unknown key …`.
    func text(file: String) -> String {
        switch origin {
        case .file(let line?): "\(file), line \(line): \(message)"
        case .file(nil): "\(file): \(message)"
        case .variable(let name): "\(name): \(message)"
        }
    }
}

/// A configuration that cannot be used, with all that is wrong with it.
struct SettingsFailure: Error, CustomStringConvertible {
    /// As the operator named it.
    let file: String
    /// In the order of the file; at least one.
    let faults: [SettingsFault]

    init(file: String, faults: [SettingsFault]) {
        self.file = file
        self.faults = faults.sorted { Self.rank($0) < Self.rank($1) }
    }

    /// One line for each fault.
    var lines: [String] { faults.map { $0.text(file: file) } }

    var description: String { lines.joined(separator: "\n") }

    private static func rank(_ fault: SettingsFault) -> Int {
        switch fault.origin {
        case .file(let line): line ?? 0
        case .variable: .max
        }
    }
}
