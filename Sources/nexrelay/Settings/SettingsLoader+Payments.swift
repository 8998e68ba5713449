import RelayDomain

extension SettingsLoader {
    /// `payments`; without networks the operator confirms every order by hand.
    func payments(_ section: SettingsSection) -> PaymentSettings {
        defer { section.close() }
        var settings = PaymentSettings()
        section.value("open_minutes").integer(in: 1...1_440).map { settings.openMinutes = $0 }
        section.value("grace_days").integer(in: 1...365).map { settings.graceDays = $0 }
        section.value("open_orders").count(in: 1...100).map { settings.openOrders = $0 }
        let networks = section.section("networks")
        defer { networks.close() }
        settings.networks = PaymentNetwork.allCases.compactMap { name in
            networks.optionalSection(name.rawValue).map { network(name, $0) }
        }
        return settings
    }

    private func network(_ name: PaymentNetwork, _ section: SettingsSection) -> NetworkSettings {
        defer { section.close() }
        var network = NetworkSettings(name)
        section.value("contract").address(on: name, forms).map { network.contract = $0 }
        network.addresses = addresses(section.value("addresses", isRequired: true), on: name, contract: network.contract)
        network.endpoints = endpoints(section.value("endpoints"))
        section.value("decimals").count(in: 2...TokenAmount.greatestDecimals).map { network.decimals = $0 }
        minimum(section.value("minimum"), decimals: network.decimals).map { network.minimum = $0 }
        section.value("chain_id").integer(in: 1...Int64.max).map { network.chainID = UInt64($0) }
        section.value("confirmations").count(in: 1...10_000).map { network.confirmations = $0 }
        finality(section.value("finality")).map { network.finality = $0 }
        start(section.value("start")).map { network.start = $0 }
        section.value("poll").milliseconds(from: "100ms", to: "10m").map { network.pollMilliseconds = $0 }
        return network
    }

    /// Each once, and none to which money would be lost.
    private func addresses(_ value: SettingsValue, on network: PaymentNetwork, contract: String) -> [String] {
        let faults = source.faults.count
        let addresses = value.list(SettingsValue.address(of: network)) { forms.address($0, network) } ?? []
        if addresses.isEmpty, source.faults.count == faults { value.fault("must name at least one address") }
        for (index, address) in addresses.enumerated() {
            if addresses[..<index].contains(address) { value.fault("names \(source.quoted(address)) twice") }
            if address == contract { value.fault("names the token's contract: what is sent there is lost") }
            if address == network.zeroAddress { value.fault("names the zero address: what is sent there is lost") }
        }
        return addresses
    }

    private func endpoints(_ value: SettingsValue) -> [String] {
        let endpoints = value.list("an `http` or `https` URL", isSecret: true) { forms.isEndpoint($0) ? $0 : nil } ?? []
        if Set(endpoints).count < endpoints.count { value.fault("names an endpoint twice: a witness of itself is none") }
        return endpoints
    }

    private func finality(_ value: SettingsValue) -> NetworkSettings.Finality? {
        value.parse("`finalized`, or a number of blocks from 1 to 100000") { text in
            if text == "finalized" { return .finalized }
            return NumberText.integer(text).flatMap { (1...100_000).contains($0) ? .behindHead($0) : nil }
        }
    }

    /// No more than a token: what is less is looked at by nobody.
    private func minimum(_ value: SettingsValue, decimals: Int) -> TokenAmount? {
        value.parse("a number of tokens from 0 to 1") { text in
            TokenAmount(decimal: text, decimals: decimals).flatMap {
                $0 <= TokenAmount(price: Credits(1_000_000), decimals: decimals) ? $0 : nil
            }
        }
    }

    private func start(_ value: SettingsValue) -> NetworkSettings.Start? {
        value.parse("`latest`, or a block's number") { text in
            if text == "latest" { return .latest }
            return NumberText.integer(text).flatMap { $0 >= 0 ? .block($0) : nil }
        }
    }
}

extension SettingsValue {
    fileprivate static func address(of network: PaymentNetwork) -> String {
        network == .tron
            ? "an address of TRON, `T` and 33 letters and digits, with its checksum right"
            : "an address, `0x` and 40 hexadecimal digits, with its checksum right where they are in mixed case"
    }

    fileprivate func address(on network: PaymentNetwork, _ forms: PaymentForms) -> String? {
        parse(Self.address(of: network)) { forms.address($0, network) }
    }
}

extension PaymentNetwork {
    /// The address of nobody: twenty bytes of zero.
    var zeroAddress: String {
        self == .tron ? "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb" : "0x0000000000000000000000000000000000000000"
    }
}
