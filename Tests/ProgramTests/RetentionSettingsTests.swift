import RelayStore
import Testing

@testable import nexrelay

@Suite struct RetentionSettingsTests {
    @Test("The least that may be configured is the least that the store takes")
    func least() {
        #expect(RetentionSettings.leastDays == Retention.leastDays)
    }

    private func load(_ lines: String) throws -> RetentionSettings? {
        try SettingsFixture.load(SettingsFixture.upstream + "\ndata: /var/lib/nexrelay\n" + lines).retention
    }

    @Test("without the section everything is kept")
    func absent() throws {
        #expect(try load("") == nil)
    }

    @Test("an age in days, and a folder in `data` or where the operator says")
    func present() throws {
        #expect(
            try load("retention: { receipts: 400d }") == RetentionSettings(receiptDays: 400, archive: "/var/lib/nexrelay/archive"))
        #expect(
            try load("retention: { receipts: 62d, archive: old }") == RetentionSettings(receiptDays: 62, archive: "/etc/nexrelay/old"))
        #expect(try load("retention: { receipts: 1500h, archive: /mnt/old }") == RetentionSettings(receiptDays: 62, archive: "/mnt/old"))
    }

    @Test(
        "an age that would touch what still counts is refused, and so is none",
        arguments: ["{ receipts: 61d }", "{ receipts: 1h }", "{ archive: old }", "{ receipts: forever }", "{ receipts: 90d, archve: x }"])
    func faults(section: String) {
        #expect(SettingsFixture.faults(SettingsFixture.upstream + "\nretention: \(section)\n").count == 1, "\(section)")
    }
}
