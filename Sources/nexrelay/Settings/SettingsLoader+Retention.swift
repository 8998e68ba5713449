/// What becomes of receipts that are old.
struct RetentionSettings: Hashable, Sendable {
    /// What the store demands at least. Written again, since reading settings needs no store.
    static let leastDays: Int64 = 62

    /// For how long they stay in the database, in days.
    var receiptDays: Int64
    /// The folder of the archives.
    var archive: String
}

extension SettingsLoader {
    /// `retention`; without it everything is kept.
    func retention(_ section: SettingsSection, dataDirectory: String) -> RetentionSettings {
        defer { section.close() }
        let seconds = section.value("receipts", isRequired: true).seconds(from: "\(RetentionSettings.leastDays)d", to: "36500d")
        let archive = section.value("archive").path(relativeTo: directory)
        return RetentionSettings(
            receiptDays: seconds.map { Int64($0) / 86_400 } ?? RetentionSettings.leastDays,
            archive: archive ?? FilePath.resolve("archive", relativeTo: dataDirectory))
    }
}
