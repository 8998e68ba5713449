import RelayDomain
import RelayGateway

extension SettingsLoader {
    /// `routing`: how often a request is tried, and when an upstream is let alone.
    func routing(_ section: SettingsSection, models: Set<String>) -> RoutingSettings {
        defer { section.close() }
        var settings = RoutingSettings()
        section.value("attempts").count(in: 1...10).map { settings.attempts = $0 }
        settings.moderationModel = section.value("moderation_model").modelName()
        if let name = settings.moderationModel, !models.contains(name) {
            section.value("moderation_model").fault("names a model that is not in `models`")
        }
        let retries = section.section("retries")
        retries.value("percent").count(in: 0...100).map { settings.budget.percent = Int64($0) }
        retries.value("reserve").count(in: 1...1_000_000).map { settings.budget.reserve = Int64($0) }
        retries.close()
        let circuit = section.section("circuit")
        defer { circuit.close() }
        circuit.value("mode").choice(of: CircuitSettings.Mode.self).map { settings.circuit.mode = $0 }
        circuit.value("failures").count(in: 1...1_000_000_000).map { settings.circuit.failures = Int64($0) }
        circuit.value("percent").count(in: 1...100).map { settings.circuit.ratioPercent = Int64($0) }
        circuit.value("calls").count(in: 1...1_000_000_000).map { settings.circuit.calls = Int64($0) }
        circuit.value("window").seconds(from: "1s", to: "1h").map { settings.circuit.windowMilliseconds = Int64($0 * 1_000) }
        circuit.value("open").seconds(from: "10ms", to: "1h").map { settings.circuit.openMilliseconds = Int64($0 * 1_000) }
        circuit.value("open_limit").seconds(from: "10ms", to: "24h").map { settings.circuit.openLimitMilliseconds = Int64($0 * 1_000) }
        return settings
    }
}
