import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

/// A relay that is paid with the token of a real chain, and what people do with it.
struct PaidRelay {
    /// Of which nobody has the key.
    static let addresses = (1...9).map { "0x00000000000000000000000000000000000000d\($0)" }
    /// Blocks after which what was mined is final.
    private static let finalBlocks = 6

    let chain: TestChain
    let relay: RelayProcess

    /// - Parameters:
    ///   - addresses: how many orders may ask for the plan's exact price.
    ///   - node: a relay on the same database.
    init(addresses: Int = 1, on chain: TestChain? = nil, beside node: RelayProcess? = nil) async throws {
        let chain = if let chain { chain } else { try await blocking { try TestChain() } }
        self.chain = chain
        let token = try await blocking { try chain.state().token }
        let upstream = try EndToEnd.simulator.baseURL
        relay = try await RelayProcess(
            [.init(name: "main", baseURL: upstream, models: "[gpt-5.2]")], database: node?.database, beside: node
        ) { configuration in
            configuration.moreSections += """

                guard: { mode: off }
                payments:
                  open_orders: 20
                  networks:
                    polygon:
                      addresses: [\(Self.addresses.prefix(addresses).map { "\"\($0)\"" }.joined(separator: ", "))]
                      endpoints: [\(chain.urls.map { "\"\($0)/s3cret-path\"" }.joined(separator: ", "))]
                      contract: "\(token)"
                      chain_id: \(TestChain.chainID)
                      confirmations: 5
                      poll: 200ms
                """
        }
        relay.keepSecret("s3cret-path")
    }

    /// Starts, and scans: payments before that would be none of the relay's.
    func start() async throws {
        try await relay.start()
        try await eventually("the network is scanned") { try await network()["cursor"].int }
    }

    func network() async throws -> JSON { try await relay.adminJSON(.GET, "networks")["data"][0] }

    // MARK: Orders

    func order(_ customer: Customer) async throws -> JSON {
        let answer = try await relay.post(#"{"plan":"test","network":"polygon"}"#, customer, to: "/v1/recharges")
        guard answer.status == 201 else { throw TestFailure("no order: \(answer.text)") }
        return answer.json
    }

    func present(_ order: JSON, _ customer: Customer) async throws -> JSON {
        try await relay.get("/v1/recharges/\(order["id"].string ?? "")", customer).json
    }

    /// Waits until an order is in a state.
    @discardableResult
    func becomes(_ state: String, _ order: JSON, _ customer: Customer) async throws -> JSON {
        try await eventually("\(order["id"].text) is \(state)") {
            let present = try await present(order, customer)
            return present["state"].string == state ? present : nil
        }
    }

    func claim(_ transaction: String, for order: JSON, _ customer: Customer) async throws -> Answer {
        try await relay.post(#"{"transaction":"\#(transaction)"}"#, customer, to: "/v1/recharges/\(order["id"].string ?? "")/claim")
    }

    // MARK: Payments

    /// Pays what an order asks for, and so much more.
    /// - Returns: the transaction.
    func pay(_ order: JSON, more: Int64 = 0) async throws -> String {
        let address = order["address"].string ?? ""
        guard let amount = order["amount"].string.flatMap({ TokenAmount(decimal: $0, decimals: 6) }) else {
            throw TestFailure("no amount: \(order.text)")
        }
        return try await blocking { [chain] in try chain.transfer(from: 0, to: address, units: Int64(amount.units) + more) }
    }

    /// Makes what was mined so far final.
    func finalise() async throws { try await blocking { [chain] in try chain.mine(Self.finalBlocks) } }

    /// The deposit of a transaction once it is in a state.
    func deposit(_ transaction: String, is state: String) async throws -> JSON {
        try await eventually("the deposit of \(transaction) is \(state)") {
            try await relay.adminJSON(.GET, "deposits?state=\(state)&network=polygon&limit=100")["data"].items.first {
                $0["transaction"].string == transaction
            }
        }
    }

    func credits(_ customer: Customer) async throws -> Int64 { try await relay.wallet(customer.account)["credits"].int ?? -1 }

    /// What a recharge adds.
    static let recharge = Int64(RelayConfiguration.rechargeCredits)
}
