import RelayDomain

extension SettingsLoader {
    /// `guard`: when a customer's traffic counts as abnormal.
    func guarding(_ section: SettingsSection) -> GuardSettings {
        defer { section.close() }
        var settings = GuardSettings()
        let counts = 1...1_000_000_000
        section.value("mode").choice(of: GuardSettings.Mode.self).map { settings.mode = $0 }
        section.value("window").seconds(from: "1s", to: "24h").map { settings.windowMilliseconds = Int64($0 * 1_000) }
        section.value("percent").count(in: 1...100).map { settings.percent = Int64($0) }
        section.value("retries").count(in: counts).map { settings.retries = Int64($0) }
        section.value("refusals").count(in: counts).map { settings.refusals = Int64($0) }
        section.value("client_faults").count(in: counts).map { settings.clientFaults = Int64($0) }
        section.value("disconnects").count(in: counts).map { settings.disconnects = Int64($0) }
        section.value("repeats").count(in: counts).map { settings.repeats = Int64($0) }
        section.value("throttle").seconds(from: "1s", to: "168h").map { settings.throttleMilliseconds = Int64($0 * 1_000) }
        section.value("strikes").count(in: 1...1_000).map { settings.strikes = Int64($0) }
        section.value("strike_window").seconds(from: "1s", to: "720h").map { settings.strikeMilliseconds = Int64($0 * 1_000) }
        return settings
    }
}
