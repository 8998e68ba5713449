import RelayStore

/// What becomes of receipts that are old.
struct RetentionSettings: Hashable, Sendable {
    /// For how long they stay in the database, in days.
    var receiptDays: Int64
    /// The folder of the archives.
    var archive: String
}

extension SettingsLoader {
    /// `retention`; without it everything is kept.
    func retention(_ section: SettingsSection, dataDirectory: String) -> RetentionSettings {
        defer { section.close() }
        let seconds = section.value("receipts", isRequired: true).seconds(from: "\(Retention.leastDays)d", to: "36500d")
        let archive = section.value("archive").path(relativeTo: directory)
        return RetentionSettings(
            receiptDays: seconds.map { Int64($0) / 86_400 } ?? Retention.leastDays,
            archive: archive ?? FilePath.resolve("archive", relativeTo: dataDirectory))
    }
}
