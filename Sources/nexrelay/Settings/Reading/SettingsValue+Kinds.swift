import RelayDomain

/// The kinds of single values. Each returns nil when there is none; what is malformed is a fault.
extension SettingsValue {
    func integer(in range: ClosedRange<Int64>) -> Int64? {
        parse("a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            NumberText.integer(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func count(in range: ClosedRange<Int>) -> Int? {
        integer(in: Int64(range.lowerBound)...Int64(range.upperBound)).map(Int.init)
    }

    func boolean() -> Bool? {
        parse("`true` or `false`") { ["true": true, "false": false][$0] }
    }

    /// - Parameters:
    ///   - shortest: as ``DurationText``, and so is `longest`.
    func seconds(from shortest: String, to longest: String) -> Double? {
        milliseconds(from: shortest, to: longest).map { Double($0) / 1_000 }
    }

    /// - Parameters:
    ///   - shortest: as ``DurationText``, and so is `longest`.
    func milliseconds(from shortest: String, to longest: String) -> Int64? {
        parse("a time such as `500ms`, `5s` or `2m`, from `\(shortest)` to `\(longest)`") { text in
            guard let milliseconds = DurationText.milliseconds(text), let least = DurationText.milliseconds(shortest),
                let most = DurationText.milliseconds(longest), (least...most).contains(milliseconds)
            else { return nil }
            return milliseconds
        }
    }

    func bytes(in range: ClosedRange<Int>) -> Int? {
        parse("a size such as `64KiB` or `32MiB`, from \(range.lowerBound) to \(range.upperBound) bytes") { text in
            ByteCountText.bytes(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An amount of money in US dollars, as credits.
    func dollars(in range: ClosedRange<Credits>, decimals: Int) -> Credits? {
        parse("an amount in US dollars from \(range.lowerBound.usd) to \(range.upperBound.usd), with at most \(decimals) decimals") {
            text in
            DollarText.credits(text, decimals: decimals).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func credits(in range: ClosedRange<Credits>) -> Credits? {
        parse("an amount of credits from \(range.lowerBound) to \(range.upperBound), with at most 3 decimals") { text in
            Credits(text: NumberText.withoutSeparators(text)).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of an enumeration's raw values.
    func choice<Choice: RawRepresentable & CaseIterable>(of: Choice.Type) -> Choice? where Choice.RawValue == String {
        parse("one of " + Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")) { Choice(rawValue: $0) }
    }

    func text(_ expectation: String, where isValid: (String) -> Bool) -> String? {
        parse(expectation) { isValid($0) ? $0 : nil }
    }

    /// A credential. Visible ASCII, since it is sent in a header.
    func secret() -> String? {
        parse("a secret of visible ASCII characters", isSecret: true) { text in
            !text.isEmpty && text.utf8.allSatisfy { ASCIIByte.isVisible($0) } ? text : nil
        }
    }

    /// A path, made absolute.
    func path(relativeTo directory: String) -> String? {
        parse("a path") { $0.isEmpty || $0.contains("\0") ? nil : FilePath.resolve($0, relativeTo: directory) }
    }

    func host() -> String? {
        text("a host name or an address") { !$0.isEmpty && $0.utf8.allSatisfy { ASCIIByte.isVisible($0) && $0 != 0x2F } }
    }

    /// A model's name: it stands in JSON, in receipts and in lists that are separated by tabs or commas.
    func modelName() -> String? {
        text("a model's name: 1 to 128 letters, digits and `._:/-`", where: ModelName.isValid)
    }

    /// Items of a list, which may be empty, or separated by commas in the environment.
    /// - Parameters:
    ///   - expectation: what each must be.
    ///   - isSecret: an error never quotes one.
    func list<Item>(_ expectation: String, isSecret: Bool = false, _ read: (String) -> Item?) -> [Item]? {
        guard let override = source.override(of: path) else {
            return items()?.compactMap { $0.parse(expectation, isSecret: isSecret, read) }
        }
        let items = override.value.split(separator: ",").map { read(String($0.trimmingSpaces())) }
        if items.contains(where: { $0 == nil }) {
            source.fault(.variable(override.variable), "`\(name)` must be a list, each \(expectation)")
        }
        return items.compactMap(\.self)
    }

    /// Names in a list, or separated by commas in the environment; each once.
    func names(_ read: (SettingsValue) -> String?) -> [String]? {
        var names: [String] = []
        if let override = source.override(of: path) {
            names = override.value.split(separator: ",").map { String($0.trimmingSpaces()) }
            guard !names.isEmpty, names.allSatisfy(ModelName.isValid) else {
                source.fault(.variable(override.variable), "`\(name)` must be names, separated by commas")
                return nil
            }
            names.forEach { source.noteVariableText($0) }
        } else {
            guard let items = items() else { return nil }
            names = items.compactMap(read)
            if items.isEmpty { fault("must not be empty") }
        }
        for (index, duplicate) in names.enumerated() where names[..<index].contains(duplicate) {
            fault("names \(source.quoted(duplicate)) twice")
        }
        return names
    }
}

enum ModelName {
    private static let punctuation = Set("._:/-".utf8)

    static func isValid(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                ASCIIByte.isLetterOrDigit($0) || punctuation.contains($0)
            }
    }
}
