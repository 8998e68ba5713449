import RelayDomain
import RelayPayments

extension SettingsLoader {
    /// With the payments' own forms of addresses and endpoints.
    init(file: String, variables: [String: String]) {
        self.init(
            file: file, variables: variables,
            forms: PaymentForms(
                address: { text, network in ChainAddress(text, on: network)?.text(on: network) },
                isEndpoint: { EndpointLocation($0) != nil }))
    }

    /// Reads the file.
    /// - Returns: the settings, and warnings that hinder nothing.
    /// - Throws: ``SettingsFailure`` with every fault; ``CommandFailure`` when there is no such file.
    static func load(file: String, variables: [String: String]) throws -> (settings: Settings, warnings: [String]) {
        try SettingsLoader(file: file, variables: variables).settings(from: text(of: file))
    }
}
