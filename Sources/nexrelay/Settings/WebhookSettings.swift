import RelayDomain

/// What programs are told, and where they may be.
struct WebhookSettings: Hashable, Sendable {
    /// Whether messages may go unencrypted.
    var allowsHTTP = false
    /// Whether messages may go to addresses that are not public: the operator's own network.
    var allowsPrivateAddresses = false
    /// Of the plan's credits: a balance that falls below it is told of. 0: none is.
    var lowBalancePercent: Int64 = 10
    /// Of a key's monthly budget: the parts whose crossing is told of, rising. Empty: none is.
    var keyBudgetPercents: [Int64] = [80, 100]

    /// When the ledger warns.
    var alerts: AlertSettings {
        AlertSettings(lowBalancePercent: lowBalancePercent == 0 ? nil : lowBalancePercent, keyBudgetPercents: keyBudgetPercents)
    }

    var addresses: AddressRule { allowsPrivateAddresses ? .any : .publicAlone }

    /// Whether `other` is read at the start alone: where messages may go. What is warned of changes with a reload.
    func needsRestart(for other: WebhookSettings) -> Bool {
        allowsHTTP != other.allowsHTTP || allowsPrivateAddresses != other.allowsPrivateAddresses
    }
}

extension SettingsLoader {
    private static let mostPercents = 10

    /// `webhooks`.
    func webhooks(_ section: SettingsSection) -> WebhookSettings {
        defer { section.close() }
        var settings = WebhookSettings()
        section.value("allow_http").boolean().map { settings.allowsHTTP = $0 }
        section.value("allow_private_addresses").boolean().map { settings.allowsPrivateAddresses = $0 }
        section.value("low_balance_percent").integer(in: 0...100).map { settings.lowBalancePercent = $0 }
        percents(section.value("key_budget_percents")).map { settings.keyBudgetPercents = $0 }
        return settings
    }

    private func percents(_ value: SettingsValue) -> [Int64]? {
        let percents = value.list("a whole number from 1 to 100") { text in
            NumberText.integer(text).flatMap { (1...100).contains($0) ? $0 : nil }
        }
        guard let percents else { return nil }
        if Set(percents).count < percents.count { value.fault("names a number twice") }
        if percents.count > Self.mostPercents { value.fault("must have at most \(Self.mostPercents) numbers") }
        return percents.sorted()
    }
}
