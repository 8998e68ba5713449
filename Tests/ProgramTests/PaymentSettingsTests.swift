import RelayDomain
import RelayPayments
import Testing

@testable import nexrelay

@Suite struct PaymentSettingsTests {
    private static let ours = "0x00000000000000000000000000000000000000d1"

    private func load(_ lines: String, _ variables: [String: String] = [:]) throws -> PaymentSettings {
        try SettingsFixture.load(SettingsFixture.upstream + "\n" + lines, variables).payments
    }

    private func faults(_ network: String, _ section: String, _ variables: [String: String] = [:]) -> [String] {
        SettingsFixture.faults(
            """
            payments:
              networks:
                \(network):
                  \(section)
            \(SettingsFixture.upstream)
            """, variables)
    }

    private static func address(_ fill: UInt8) -> String {
        ChainAddress("0x" + String(repeating: fill < 16 ? "0\(fill)" : "\(fill)", count: 20), on: .ethereum)!.text(on: .tron)
    }

    @Test("without the section, or without networks, the operator confirms by hand")
    func absent() throws {
        for lines in ["", "payments: {}", "payments: { networks: {} }"] { #expect(try load(lines) == PaymentSettings()) }
    }

    @Test("what is not said is what is known of the network")
    func defaults() throws {
        let settings = try load("payments: { networks: { tron: { addresses: [\(Self.address(7))] } } }")
        var expected = NetworkSettings(.tron)
        expected.addresses = [Self.address(7)]
        #expect(settings == PaymentSettings(networks: [expected]))
        for network in PaymentNetwork.allCases {
            // Every default is one that the payments can use.
            let contract = try #require(ChainAddress(network.contract, on: network))
            #expect(contract.text(on: network) == NetworkSettings(network).contract)
            #expect(ChainAddress(network.zeroAddress, on: network)?.bytes == Array(repeating: 0, count: 20))
        }
    }

    @Test("everything can be said, and addresses are read into one form")
    func everything() throws {
        let settings = try load(
            """
            payments:
              open_minutes: 45
              grace_days: 3
              open_orders: 2
              networks:
                ethereum:
                  addresses: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "\(Self.ours)"]
                  endpoints: ["https://user:${SECRET}@node.example/v3/${SECRET}?key=1", "http://127.0.0.1:8545"]
                  contract: "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"
                  decimals: 18
                  chain_id: 1337
                  confirmations: 12
                  finality: 20
                  start: 1000
                  minimum: 0.25
                  poll: 250ms
                bsc: { addresses: ["\(Self.ours)"], finality: finalized, start: latest }
            """,
            ["SECRET": "s3cret"])
        #expect(settings.openMinutes == 45 && settings.graceDays == 3 && settings.openOrders == 2)
        #expect(settings.networks.map(\.network) == [.ethereum, .bsc])
        let network = settings.networks[0]
        #expect(network.addresses == ["0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Self.ours])
        #expect(network.endpoints == ["https://user:s3cret@node.example/v3/s3cret?key=1", "http://127.0.0.1:8545"])
        #expect(network.contract == "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359")
        #expect(network.decimals == 18 && network.chainID == 1_337 && network.confirmations == 12 && network.pollMilliseconds == 250)
        #expect(network.minimum == TokenAmount(units: 250_000_000_000_000_000) && settings.networks[1].minimum == nil)
        #expect(network.finality == .behindHead(20) && network.start == .block(1_000))
        let watched = network.watched
        #expect(watched.finality == .behindHead(20) && watched.start == .block(1_000) && watched.addresses.count == 2)
    }

    @Test("the environment says the last word, secrets and lists included")
    func environment() throws {
        let settings = try load(
            "payments: { networks: { bsc: { addresses: [\"\(Self.ours)\"] } } }",
            [
                "NEXRELAY_PAYMENTS_OPEN_MINUTES": "5",
                "NEXRELAY_PAYMENTS_NETWORKS_BSC_ENDPOINTS": "https://a.example/key, https://b.example",
                "NEXRELAY_PAYMENTS_NETWORKS_TRON_ADDRESSES": Self.address(8),
            ])
        #expect(settings.openMinutes == 5)
        #expect(settings.networks.map(\.network) == [.tron, .bsc])
        #expect(settings.networks[1].endpoints == ["https://a.example/key", "https://b.example"])
    }

    @Test(
        "what would lose money, or watch nothing, is refused with the key and its line",
        arguments: [
            ("addresses: []", "`payments.networks.ethereum.addresses` must name at least one address"),
            ("poll: 1s", "`payments.networks.ethereum.addresses` is missing"),
            ("addresses: [\"\(ours)\", \"\(ours.uppercased().replacing("0X", with: "0x"))\"]", "twice"),
            ("addresses: [\"0xdac17f958d2ee523a2206206994597c13d831ec7\"]", "names the token's contract"),
            ("addresses: [\"0xdAC17F958D2ee523a2206206994597C13D831ec7\"]", "names the token's contract"),
            ("addresses: [\"0x0000000000000000000000000000000000000000\"]", "names the zero address"),
            ("addresses: [\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD\"]", "checksum"), ("addresses: [\"0xd1\"]", "must be an address"),
            ("addresses: [\"T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb\"]", "must be an address"),
        ])
    func badAddresses(section: String, words: String) {
        let faults = faults("ethereum", section)
        #expect(faults.count == 1 && faults.allSatisfy { $0.contains(words) }, "\(faults)")
        #expect(faults.first?.hasPrefix(section == "poll: 1s" ? "relay.yaml, line " : "relay.yaml, line 4: ") == true, "\(faults)")
    }

    @Test("TRON's addresses carry a checksum, and are not the contract or nobody's")
    func tronAddresses() {
        let good = Self.address(9)
        let typo = good.dropLast() + (good.hasSuffix("a") ? "b" : "a")
        #expect(faults("tron", "addresses: [\(good)]").isEmpty)
        #expect(faults("tron", "addresses: [\(typo)]").count == 1)
        #expect(faults("tron", "addresses: [TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t]").first?.contains("contract") == true)
        #expect(faults("tron", "addresses: [T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb]").first?.contains("zero address") == true)
    }

    @Test(
        "other nonsense is a fault",
        arguments: [
            "endpoints: [ftp://x]", "endpoints: [https://a.example, https://a.example]", "decimals: 19", "chain_id: 0", "finality: 0",
            "finality: soon", "start: -1", "minimum: 1.01", "minimum: -1", "poll: 1ms", "confirmations: 0", "contract: \"0x1\"",
            "private_key: x",
        ])
    func nonsense(line: String) {
        let faults = faults("polygon", "addresses: [\"\(Self.ours)\"]\n      \(line)")
        #expect(faults.count == 1 && faults[0].hasPrefix("relay.yaml, line 5: "), "\(faults)")
    }

    @Test("a network that nobody knows is named with its line, and no fault tells an endpoint's secret")
    func unknown() {
        #expect(faults("solana", "addresses: []") == ["relay.yaml, line 3: unknown key `solana` in `payments.networks`"])
        let secret = faults("bsc", "addresses: [\"\(Self.ours)\"]\n      endpoints: [\"htps://node.example/s3cret\"]")
        #expect(secret.count == 1 && !secret[0].contains("s3cret"), "\(secret)")
    }
}
