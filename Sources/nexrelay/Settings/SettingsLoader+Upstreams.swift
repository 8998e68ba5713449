import RelayGateway

extension SettingsLoader {
    /// - Parameter models: names of the catalogue; an upstream that names another is a fault.
    func upstreams(_ root: SettingsSection, models: Set<String>) -> [UpstreamConfiguration] {
        let list = root.value("upstreams", isRequired: true)
        guard let items = list.items() else { return [] }
        if items.isEmpty { list.fault("must name at least one upstream") }
        let upstreams = items.compactMap { $0.section() }.compactMap { upstream($0, models: models) }
        for (index, upstream) in upstreams.enumerated() where upstreams[..<index].contains(where: { $0.name == upstream.name }) {
            list.fault("has two upstreams named \(source.quoted(upstream.name))")
        }
        return upstreams
    }

    private func upstream(_ section: SettingsSection, models: Set<String>) -> UpstreamConfiguration? {
        defer { section.close() }
        let name = section.value("name", isRequired: true).upstreamName()
        let url = section.value("base_url", isRequired: true).parse(
            "an `http` or `https` URL without user, query and fragment, such as `https://api.openai.com/v1`", isSecret: true, BaseURL.init)
        let apiKey = section.value("api_key", isRequired: true).secret()
        let mapping = mapping(section.value("models", isRequired: true), models: models)
        let priority = section.value("priority").count(in: 0...1_000)
        let weight = section.value("weight").count(in: 1...1_000)
        let timeouts = timeouts(section.section("timeouts"))
        let maxConnections = section.value("max_connections").count(in: 1...100_000)
        let takesStreamOptions = section.value("stream_options").boolean()
        guard let name, let url, let apiKey, let mapping else { return nil }
        var upstream = UpstreamConfiguration(
            name: name, isTLS: url.isTLS, host: url.host, port: url.port, path: url.path, apiKey: apiKey, priority: priority ?? 0,
            weight: weight ?? 1, models: mapping)
        upstream.timeouts = timeouts
        takesStreamOptions.map { upstream.takesStreamOptions = $0 }
        maxConnections.map { upstream.maxConnections = $0 }
        return upstream
    }

    private func timeouts(_ section: SettingsSection) -> UpstreamConfiguration.Timeouts {
        defer { section.close() }
        var timeouts = UpstreamConfiguration.Timeouts()
        section.value("connect").seconds(from: "1ms", to: "1h").map { timeouts.connectSeconds = $0 }
        section.value("first_byte").seconds(from: "1ms", to: "24h").map { timeouts.firstByteSeconds = $0 }
        section.value("idle").seconds(from: "1ms", to: "24h").map { timeouts.idleSeconds = $0 }
        section.value("total").seconds(from: "1ms", to: "168h").map { timeouts.totalSeconds = $0 }
        return timeouts
    }

    /// The name here: the name there. A list where they are equal.
    private func mapping(_ value: SettingsValue, models: Set<String>) -> [String: String]? {
        var mapping: [String: String] = [:]
        if value.isSection {
            guard let section = value.section() else { return nil }
            if section.keys.isEmpty { value.fault("must not be empty") }
            for key in section.keys {
                let entry = section.value(key, isRequired: true)
                mapping[key] = entry.modelName()
                if !models.contains(key) { entry.fault("names a model that the catalogue does not have") }
            }
        } else {
            guard let names = value.names({ $0.modelName() }) else { return nil }
            for name in names {
                mapping[name] = name
                if !models.contains(name) { value.fault("names \(source.quoted(name)), a model that the catalogue does not have") }
            }
        }
        return mapping
    }
}

extension SettingsValue {
    private static let upstreamPunctuation = Set("._-".utf8)

    /// An upstream's name: it stands in receipts and metrics.
    func upstreamName() -> String? {
        text("an upstream's name: 1 to 64 letters, digits and `._-`") { text in
            (1...64).contains(text.utf8.count)
                && text.utf8.allSatisfy {
                    ASCIIByte.isLetterOrDigit($0)
                        || Self.upstreamPunctuation.contains($0)
                }
        }
    }
}
