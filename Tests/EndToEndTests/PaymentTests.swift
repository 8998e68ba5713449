import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Recharges that are paid with a real token on a real chain.
    @Suite("Payments on a network")
    struct PaymentTests {
        private func withRelay(addresses: Int = 1, _ body: (PaidRelay) async throws -> Void) async throws {
            let paid = try await PaidRelay(addresses: addresses)
            try await paid.start()
            try await body(paid)
            try await paid.relay.expectReconciled()
            await paid.relay.stop()
        }

        @Test("an order is seen, and credited once its payment is final: once, for who has ordered, and the books fit the chain")
        func mainRoad() async throws {
            try await withRelay { paid in
                let relay = paid.relay
                let (customer, other) = (try await relay.customer(), try await relay.customer())
                let order = try await paid.order(customer)
                let rival = try await paid.order(other)
                #expect(order["state"].string == "waiting" && order["amount"].string == "1.00" && rival["amount"].string == "0.9999")
                let token = try await blocking { [chain = paid.chain] in try chain.state().token }
                #expect(
                    order["uri"].string
                        == "ethereum:\(token)@\(TestChain.chainID)/transfer?address=\(PaidRelay.addresses[0])&uint256=1000000")
                let path = "/v1/recharges/\(order["id"].string ?? "")"
                #expect(try await relay.get(path + "/qr.svg", customer).text.hasPrefix("<svg"))
                #expect(try await relay.get(path, other).status == 404)

                let transaction = try await paid.pay(order)
                let seen = try await paid.becomes("seen", order, customer)
                #expect(seen["transaction"].string == transaction && seen["confirmations"].int ?? 0 >= 1 && seen["uri"].isNull)
                #expect(try await paid.credits(customer) == PaidRelay.recharge)
                try await paid.finalise()
                let credited = try await paid.becomes("credited", order, customer)
                #expect(credited["transaction"].string == transaction && credited["confirmations"].int ?? 0 >= 6)
                #expect(credited["credited_at"].string != nil && credited["confirmations_needed"].int == 5)
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)
                #expect(try await paid.credits(other) == PaidRelay.recharge)
                #expect(try await paid.present(rival, other)["state"].string == "waiting")

                // Blocks go on, claims and confirmations come: it stays at that.
                try await paid.finalise()
                #expect(try await paid.claim(transaction, for: order, customer).json["state"].string == "credited")
                let again = try await relay.command("recharge", "confirm", order["id"].string ?? "", "--note", "again", "--json")
                #expect(again.exit == .code(0) && again.output.contains("\"credited\""))
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)
                let statement = try await relay.adminJSON(.GET, "wallets/\(customer.account)/statement")["entries"].items
                #expect(statement.map { $0["kind"].string } == ["recharge", "recharge"])
                let deposit = try await paid.deposit(transaction, is: "credited")
                #expect(deposit["outcome"].string == "matched" && deposit["order"] == order["id"] && deposit["amount"].string == "1.00")

                // A scanner that begins again compares the chain with the books at once.
                await relay.stop()
                try await paid.start()
                let network = try await eventually("the balance was read") {
                    let network = try await paid.network()
                    return network["balance"].string == "1.00" ? network : nil
                }
                #expect(network["expected_balance"].string == "1.00" && network["lag"].int == 0 && network["scanner"].string != nil)
                let list = try await relay.command("network", "list")
                #expect(list.exit == .code(0) && list.output.contains("polygon") && list.output.contains("1.00"))
                let metrics = try await HTTP.send(.GET, relay.adminURL + "/metrics").text
                #expect(metrics.contains("nexrelay_chain_cursor{network=\"polygon\"}"))
                #expect(metrics.contains("nexrelay_chain_balance_difference{network=\"polygon\"} 0"))
            }
        }

        @Test("a payment after the order's time and within its grace is credited, and says that it was late")
        func late() async throws {
            try await withRelay { paid in
                let customer = try await paid.relay.customer()
                let order = try await paid.order(customer)
                try await blocking { [chain = paid.chain] in try chain.travel(seconds: 31 * 60) }
                _ = try await paid.pay(order)
                try await paid.finalise()
                try await paid.becomes("credited_late", order, customer)
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)
            }
        }

        @Test(
            "too little, too much, twice, for nobody and for what was cancelled: each waits for the operator, and each decision holds once")
        func reviews() async throws {
            try await withRelay(addresses: 9) { paid in
                let relay = paid.relay
                let customer = try await relay.customer()
                var orders: [JSON] = []
                for _ in 0..<5 { orders.append(try await paid.order(customer)) }
                #expect(Set(orders.map { $0["address"].string }).count == 5 && orders.allSatisfy { $0["amount"].string == "1.00" })
                let cancelled = try #require(orders[4]["id"].string)
                #expect(try await relay.command("recharge", "cancel", cancelled).exit == .code(0))

                let under = try await paid.pay(orders[0], more: -1)
                let over = try await paid.pay(orders[1], more: 500_000)
                let exact = try await paid.pay(orders[2])
                let twice = try await paid.pay(orders[2])
                let late = try await paid.pay(orders[4])
                let nobody = try await blocking { [chain = paid.chain] in
                    try chain.transfer(from: 1, to: PaidRelay.addresses[8], units: 7_000_000)
                }
                try await paid.finalise()
                try await paid.becomes("credited", orders[2], customer)
                #expect(try await paid.deposit(exact, is: "credited")["order"] == orders[2]["id"])
                var deposits: [String: JSON] = [:]
                for (transaction, reason) in [
                    (under, "under"), (over, "over"), (twice, "duplicate"), (late, "cancelled"), (nobody, "unknown"),
                ] {
                    let deposit = try await paid.deposit(transaction, is: "review")
                    #expect(deposit["reason"].string == reason, "\(deposit.text)")
                    #expect(deposit["account"].string == (reason == "unknown" ? nil : customer.account))
                    deposits[reason] = deposit
                }
                #expect(try await paid.present(orders[0], customer)["state"].string == "waiting")
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)

                func resolve(_ reason: String, _ arguments: [String]) async throws -> (exit: ChildProcess.Exit, output: String) {
                    let result = try await ChildProcess.run(
                        try Location.program(), ["deposit", "resolve", deposits[reason]?["id"].string ?? ""] + arguments,
                        folder: relay.folderPath, environment: ["NEXRELAY_CONFIG": relay.configurationFile])
                    return (result.exit, result.output)
                }
                let decisions = [
                    ("under", ["--action", "credit-plan", "--note", "a fee"]), ("over", ["--action", "credit", "--note", "half more"]),
                    ("duplicate", ["--action", "refund", "--note", "back", "--tx", String(repeating: "cd", count: 32)]),
                    ("cancelled", ["--action", "ignore", "--note", "agreed by mail"]),
                    ("unknown", ["--action", "credit", "--account", customer.account, "--note", "found its owner"]),
                ]
                #expect(try await resolve("unknown", ["--action", "credit", "--note", "x"]).exit == .code(1))
                for (reason, arguments) in decisions {
                    // The same decision again answers as it stands; another one is refused.
                    for _ in 1...2 { #expect(try await resolve(reason, arguments).exit == .code(0), "\(reason)") }
                    #expect(try await resolve(reason, ["--action", "ignore", "--note", "otherwise"]).exit == .code(1), "\(reason)")
                }
                // A plan, 1.5 tokens' and 7 tokens' worth; the refund has come and gone.
                let credits = 3 * PaidRelay.recharge + 1_500_000 + 7_000_000
                #expect(try await paid.credits(customer) == credits)
                let states = ["credited", "waiting", "credited", "waiting", "cancelled"]
                for (order, state) in zip(orders, states) { #expect(try await paid.present(order, customer)["state"].string == state) }
                let entries = try await relay.adminJSON(.GET, "wallets/\(customer.account)/statement")["entries"].items
                #expect(entries.filter { $0["kind"].string == "refund" }.map { $0["credits"].int } == [-1_000_000])
                let shown = try await relay.command("deposit", "show", deposits["duplicate"]?["id"].string ?? "")
                #expect(shown.output.contains("refunded") && shown.output.contains("0x" + String(repeating: "cd", count: 32)))
                let waiting = try await relay.command("deposit", "list", "--state", "review", "--network", "polygon")
                #expect(waiting.exit == .code(0) && waiting.output.contains("none"))
            }
        }

        @Test("who claims somebody else's payment gets nothing, whether it is exact or not, and the operator sees who it was")
        func claimByAnother() async throws {
            try await withRelay { paid in
                let relay = paid.relay
                let (customer, thief) = (try await relay.customer(), try await relay.customer())
                let order = try await paid.order(customer)
                let others = try await paid.order(thief)
                let transaction = try await paid.pay(order)
                #expect(try await paid.claim(transaction, for: others, thief).json["state"].string != "credited")
                #expect(try await paid.claim(transaction, for: order, thief).status == 404)
                try await paid.finalise()
                try await paid.becomes("credited", order, customer)
                #expect(try await paid.claim(transaction, for: others, thief).json["state"].string != "credited")

                // What nobody ordered is nobody's, whoever says so.
                let stray = try await blocking { [chain = paid.chain] in
                    try chain.transfer(from: 1, to: PaidRelay.addresses[0], units: 5_000_000)
                }
                #expect(try await paid.claim(stray, for: others, thief).status == 200)
                try await paid.finalise()
                let deposit = try await paid.deposit(stray, is: "review")
                #expect(deposit["reason"].string == "claimed" || deposit["order"] == others["id"], "\(deposit.text)")
                let shown = try await relay.adminJSON(.GET, "deposits/\(deposit["id"].string?.replacing(":", with: "%3A") ?? "")")
                #expect(shown["claims"].items.map { $0["account"].string } == [thief.account])
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)
                #expect(try await paid.credits(thief) == PaidRelay.recharge)
            }
        }

        @Test("what was paid while the relay was dead is found in the gap, every block of it, and credited once")
        func gap() async throws {
            try await withRelay(addresses: 3) { paid in
                let customer = try await paid.relay.customer()
                var orders: [JSON] = []
                for _ in 0..<3 { orders.append(try await paid.order(customer)) }
                await paid.relay.kill()
                for order in orders {
                    _ = try await paid.pay(order)
                    try await blocking { [chain = paid.chain] in try chain.mine(40) }
                }
                try await paid.relay.start()
                // Again in the middle of it, wherever that is.
                await paid.relay.kill()
                try await paid.relay.start()
                for order in orders { try await paid.becomes("credited", order, customer) }
                #expect(try await paid.credits(customer) == 4 * PaidRelay.recharge)
                #expect(try await paid.relay.adminJSON(.GET, "deposits")["data"].items.count == 3)
            }
        }

        @Test("an operator's word is compared with the chain's; what was confirmed by hand is not credited again by the scanner")
        func byHand() async throws {
            try await withRelay { paid in
                let relay = paid.relay
                let customer = try await relay.customer()
                let (order, second) = (try await paid.order(customer), try await paid.order(customer))
                let (id, secondID) = (order["id"].string ?? "", second["id"].string ?? "")
                let transaction = try await paid.pay(order)
                let early = try await relay.command("recharge", "confirm", id, "--note", "x", "--tx", transaction)
                #expect(early.exit == .code(1) && early.errors.contains("not final"), "\(early.errors)")
                let unknown = try await relay.command("recharge", "confirm", id, "--note", "x", "--tx", String(repeating: "ef", count: 32))
                #expect(unknown.exit == .code(1) && unknown.errors.contains("does not know"), "\(unknown.errors)")
                let confirmed = try await relay.command("recharge", "confirm", id, "--note", "x", "--tx", transaction, "--unverified")
                #expect(confirmed.exit == .code(0) && confirmed.output.contains("credited"), "\(confirmed.errors)")
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)
                try await paid.finalise()
                #expect(try await paid.deposit(transaction, is: "credited")["outcome"].string == "linked")
                #expect(try await paid.credits(customer) == 2 * PaidRelay.recharge)

                let wrong = try await relay.command("recharge", "confirm", secondID, "--note", "x", "--tx", transaction)
                #expect(wrong.exit == .code(1) && wrong.errors.contains("1.00 to \(PaidRelay.addresses[0])"), "\(wrong.errors)")
                try await blocking { [chain = paid.chain] in for endpoint in 0...1 { try chain.set(.die, of: endpoint) } }
                let silent = try await relay.command("recharge", "confirm", secondID, "--note", "x", "--tx", transaction)
                #expect(silent.exit == .code(1) && silent.errors.contains("cannot be verified"), "\(silent.errors)")
                let check = try await relay.command("check", "--json")
                #expect(check.exit == .code(1) && !(check.output + check.errors).contains("s3cret-path"))
                try await blocking { [chain = paid.chain] in for endpoint in 0...1 { try chain.set(.none, of: endpoint) } }
            }
        }

        @Test("`check` reaches every endpoint and says what is wrong with it")
        func check() async throws {
            try await withRelay { paid in
                func payments() async throws -> [String: JSON] {
                    let checks = try JSON(try await paid.relay.command("check", "--json").output)["checks"].items
                    let payments = checks.filter { $0["name"].string?.hasPrefix("payments polygon") == true }
                    return Dictionary(uniqueKeysWithValues: payments.map { ($0["name"].string ?? "", $0) })
                }
                let well = try await payments()
                #expect(well.count == 3 && well.values.allSatisfy { $0["ok"].bool == true }, "\(well)")
                #expect(well["payments polygon 127.0.0.1#1"]?["detail"].string?.contains("chain 1337, 6 decimals") == true)
                for (fault, words) in [
                    (TestChain.Fault.otherChain, "chain 5"), (.older(900), "s old"), (.die, "unreachable"), (.html, "malformed"),
                ] {
                    try await blocking { [chain = paid.chain] in try chain.set(fault, of: 1) }
                    let found = try await payments()["payments polygon 127.0.0.1#2"]
                    #expect(
                        found?["ok"].bool == false && found?["detail"].string?.contains(words) == true, "\(fault): \(found?.text ?? "")")
                }
                try await blocking { [chain = paid.chain] in try chain.set(.none, of: 1) }
            }
        }

        @Test(
            "two nodes scan one network, one at a time; when the one that does is killed the other goes on, and nothing is credited twice",
            .enabled(if: RelayDatabase.isPostgres, "nodes share a PostgreSQL database"))
        func twoNodes() async throws {
            let first = try await PaidRelay(addresses: 3)
            try await first.start()
            let second = try await PaidRelay(addresses: 3, on: first.chain, beside: first.relay)
            try await second.start()
            let customer = try await first.relay.customer()
            let order = try await first.order(customer)
            _ = try await first.pay(order)
            try await first.finalise()
            try await second.becomes("credited", order, customer)
            let next = try await second.order(customer)
            await first.relay.kill()
            _ = try await second.pay(next)
            try await second.finalise()
            try await second.becomes("credited", next, customer)
            #expect(try await second.credits(customer) == 3 * PaidRelay.recharge)
            try await first.relay.start()
            let last = try await first.order(customer)
            _ = try await first.pay(last)
            try await first.finalise()
            try await first.becomes("credited", last, customer)
            #expect(try await first.credits(customer) == 4 * PaidRelay.recharge)
            #expect(try await first.relay.adminJSON(.GET, "deposits?state=credited")["data"].items.count == 3)
            try await first.relay.expectReconciled()
            await second.relay.stop()
            await first.relay.stop()
        }
    }
}
