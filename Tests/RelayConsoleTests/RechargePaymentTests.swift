import Hummingbird
import RelayDomain
import RelayStore
import Synchronization
import Testing

@testable import RelayConsole

/// Recharges that are paid on a network, as far as the control plane goes: the chain is a test's word.
@Suite("Recharges on networks")
struct RechargePaymentTests {
    /// A chain that says what it is told to say.
    private final class Chain: ChainView {
        private let state = Mutex((word: ChainWord.notFound, wakes: 0, asked: [String]()))

        var word: ChainWord {
            get { state.withLock { $0.word } }
            set { state.withLock { $0.word = newValue } }
        }
        var wakes: Int { state.withLock { $0.wakes } }
        var asked: [String] { state.withLock { $0.asked } }

        func wake() { state.withLock { $0.wakes += 1 } }
        func lookUp(_ transaction: String) async -> ChainWord {
            state.withLock {
                $0.asked.append(transaction)
                return $0.word
            }
        }
    }

    private static let address = "0x00000000000000000000000000000000000000d1"
    private static let hash = String(repeating: "ab", count: 32)

    /// A relay that is paid at one address of BSC, which it watches, and at one of TRON, which it does not.
    private func run(_ test: (ConsoleFixture, Chain) async throws -> Void) async throws {
        let chain = Chain()
        try await ConsoleFixture.run { fixture in
            fixture.payments = PaymentDesk(
                offers: [
                    .init(
                        network: .tron, addresses: ["T-one"], contract: "T-token", decimals: 6, chainID: 1, confirmationsNeeded: 19,
                        chain: nil),
                    .init(
                        network: .bsc, addresses: [Self.address], contract: "0xtoken", decimals: 18, chainID: 56, confirmationsNeeded: 2,
                        chain: chain),
                ], openMilliseconds: 1_800_000, graceMilliseconds: 604_800_000, openOrders: 3
            ) { terms, offer in "pay:\(terms.network.rawValue):\(terms.amount.units)@\(offer.chainID)" }
            try await test(fixture, chain)
        }
    }

    private func order(_ fixture: ConsoleFixture, _ secret: String, network: String = "bsc", plan: String = "starter") async throws
        -> Answer
    {
        try await fixture.customer(.post, "/v1/recharges", #"{"plan":"\#(plan)","network":"\#(network)"}"#, key: secret)
    }

    private func transfer(_ units: UInt128, to address: String = Self.address) -> ChainTransfer {
        ChainTransfer(
            id: DepositID(network: .bsc, transaction: "0x" + Self.hash, ordinal: 0), sender: "0x1", recipient: address,
            amount: TokenAmount(units: units), block: 9, blockHash: "0x9", at: Timestamp(rfc3339: "2026-11-23T12:00:00Z")!)
    }

    @Test("An order says what is to be paid, where and until when; it expires, and its slot stays its own")
    func order() async throws {
        try await run { fixture, _ in
            let (account, secret) = try await fixture.paidAccount()
            let first = try await order(fixture, secret)
            #expect(first.status == 201)
            let json = first.json
            #expect(json["account"].string == account && json["state"].string == "waiting" && json["usd"].string == "9.00")
            #expect(json["network"].string == "bsc" && json["address"].string == Self.address && json["amount"].string == "9.00")
            #expect(json["uri"].string == "pay:bsc:9000000000000000000@56")
            #expect(json["expires_at"].string == "2026-11-23T12:30:00.000Z" && json["grace_until"].string == "2026-11-30T12:30:00.000Z")
            #expect(json["confirmations_needed"] == .number("2") && json["confirmations"] == .null && json["transaction"] == .null)
            let path = "/v1/recharges/\(json["id"].string)"
            #expect(try await fixture.customer(.get, path, key: secret).text == first.text)
            // One address tells orders apart by the amount. The list is by time.
            fixture.now = fixture.now.adding(milliseconds: 1)
            #expect(try await order(fixture, secret).json["amount"].string == "8.9999")
            let code = try await fixture.customer(.get, path + "/qr.svg", key: secret)
            #expect(code.status == 200 && code.header("content-type") == "image/svg+xml" && code.text.hasPrefix("<svg"))

            fixture.now = fixture.now.adding(milliseconds: 1_800_001)
            let expired = try await fixture.customer(.get, path, key: secret).json
            #expect(expired["state"].string == "expired" && expired["uri"] == .null)
            #expect(try await fixture.customer(.get, path + "/qr.svg", key: secret).refusal == "409 conflict")
            #expect(try await order(fixture, secret).json["amount"].string == "8.9998")
            let list = try await fixture.customer(.get, "/v1/recharges?limit=2", key: secret).json
            #expect(list["data"].items.map { $0["amount"].string } == ["8.9998", "8.9999"] && list["has_more"] == .bool(true))
            #expect(list["data"].items.map { $0["state"].string } == ["waiting", "expired"])
        }
    }

    @Test("A network that is not configured is refused with those that are; without one the operator confirms")
    func networks() async throws {
        try await run { fixture, _ in
            let (_, secret) = try await fixture.paidAccount()
            for network in ["polygon", "solana", "BSC"] {
                let answer = try await order(fixture, secret, network: network)
                #expect(answer.refusal == "400 invalid_request network")
                #expect(answer.text.contains("`tron`") && answer.text.contains("`bsc`"))
            }
            let byHand = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: secret)
            #expect(byHand.status == 201 && byHand.json["network"] == .null && byHand.json["state"].string == "waiting")
            let path = "/v1/recharges/\(byHand.json["id"].string)"
            #expect(try await fixture.customer(.get, path + "/qr.svg", key: secret).refusal == "409 conflict")
            let claim = #"{"transaction":"\#(Self.hash)"}"#
            #expect(try await fixture.customer(.post, path + "/claim", claim, key: secret).refusal == "409 conflict")
            #expect(
                try await fixture.customer(.post, "/v1/recharges", #"{"plan":"none"}"#, key: secret).refusal == "400 invalid_request plan")
            #expect(try await fixture.customer(.post, "/v1/recharges", #"{"plan":"pro"}"#).refusal == "401 invalid_api_key")
        }
    }

    @Test("So many orders of one account may wait, on a network and by hand; another account's do not count")
    func openOrders() async throws {
        try await run { fixture, _ in
            let (_, secret) = try await fixture.paidAccount()
            let (_, other) = try await fixture.paidAccount("bob@example.org")
            for _ in 0..<3 {
                #expect(try await order(fixture, secret).status == 201)
                #expect(try await fixture.customer(.post, "/v1/recharges", #"{"plan":"pro"}"#, key: secret).status == 201)
            }
            #expect(try await order(fixture, secret).refusal == "409 conflict")
            #expect(try await fixture.customer(.post, "/v1/recharges", #"{"plan":"pro"}"#, key: secret).refusal == "409 conflict")
            #expect(try await order(fixture, other).status == 201)
            fixture.now = fixture.now.adding(milliseconds: 1_800_001)
            #expect(try await order(fixture, secret).status == 201)
        }
    }

    @Test("A suspended account orders nothing, and reads what it has ordered")
    func suspended() async throws {
        try await run { fixture, _ in
            let (account, secret) = try await fixture.paidAccount()
            let id = try await order(fixture, secret).json["id"].string
            #expect(try await fixture.admin(.post, "/admin/v1/accounts/\(account)/suspend", #"{"reason":"x"}"#).status == 200)
            #expect(try await order(fixture, secret).refusal == "403 account_suspended")
            #expect(try await fixture.customer(.get, "/v1/recharges/\(id)", key: secret).status == 200)
        }
    }

    @Test("Another account's order does not exist, whatever is asked of it")
    func othersOrders() async throws {
        try await run { fixture, chain in
            let (_, secret) = try await fixture.paidAccount()
            let (_, other) = try await fixture.paidAccount("bob@example.org")
            let path = "/v1/recharges/\(try await order(fixture, secret).json["id"].string)"
            for path in [path, path + "/qr.svg", "/v1/recharges/rch_00000000000000000000000000", "/v1/recharges/x"] {
                #expect(try await fixture.customer(.get, path, key: other).refusal == "404 not_found")
            }
            let claim = #"{"transaction":"\#(Self.hash)"}"#
            #expect(try await fixture.customer(.post, path + "/claim", claim, key: other).refusal == "404 not_found")
            #expect(try await fixture.customer(.get, "/v1/recharges", key: other).json["data"].items.map { $0["network"] } == [.null])
            #expect(chain.wakes == 0)
        }
    }

    @Test("A claim is kept once and wakes the scanner; it credits nothing, and there are not many of them")
    func claims() async throws {
        try await run { fixture, chain in
            let (_, secret) = try await fixture.paidAccount()
            let id = try await order(fixture, secret).json["id"].string
            let path = "/v1/recharges/\(id)/claim"
            for bad in [#"{"transaction":"x"}"#, "{}", #"{"transaction":"0x12"}"#] {
                #expect(try await fixture.customer(.post, path, bad, key: secret).refusal == "400 invalid_request transaction")
            }
            for hash in [Self.hash, "0x" + Self.hash.uppercased()] {
                let claimed = try await fixture.customer(.post, path, #"{"transaction":"\#(hash)"}"#, key: secret)
                #expect(claimed.status == 200 && claimed.json["state"].string == "waiting")
            }
            #expect(chain.wakes == 2)
            let claims = try await fixture.reader.claims(to: "0x" + Self.hash)
            #expect(claims.map(\.id.order.description) == [id])
            for digit in 1...4 {
                let body = #"{"transaction":"\#(String(repeating: "\(digit)", count: 64))"}"#
                #expect(try await fixture.customer(.post, path, body, key: secret).status == 200)
            }
            let sixth = #"{"transaction":"\#(String(repeating: "9", count: 64))"}"#
            #expect(try await fixture.customer(.post, path, sixth, key: secret).refusal == "409 conflict")
        }
    }

    @Test(
        "A confirmation is believed where the chain says the same, and refused with what it says instead",
        arguments: [
            ("final", true), ("other amount", false), ("other address", false), ("pending", false), ("unknown", false), ("failed", false),
            ("unreachable", false),
        ])
    func confirmation(word: String, isBelieved: Bool) async throws {
        try await run { fixture, chain in
            let (account, _) = try await fixture.paidAccount()
            let body = #"{"account":"\#(account)","plan":"starter","network":"bsc"}"#
            let path = "/admin/v1/recharges/\(try await fixture.admin(.post, "/admin/v1/recharges", body).json["id"].string)/confirm"
            let price: UInt128 = 9_000_000_000_000_000_000
            let (answer, words): (ChainWord, String) =
                switch word {
                case "final": (.final([transfer(price)]), "")
                case "other amount": (.final([transfer(price - 1)]), "8.999999999999999999")
                case "other address": (.final([transfer(price, to: "0xd2")]), "0xd2")
                case "pending": (.pending([transfer(price)], confirmations: 1), "not final")
                case "unknown": (.notFound, "does not know")
                case "failed": (.failed, "failed")
                default: (.unknown("no endpoint answers"), "no endpoint answers")
                }
            chain.word = answer
            let confirm = #"{"note":"x","transaction":"\#(Self.hash)"}"#
            let first = try await fixture.admin(.post, path, confirm)
            #expect(chain.asked == ["0x" + Self.hash])
            if isBelieved {
                #expect(first.json["state"].string == "credited")
                return
            }
            #expect(first.refusal == "409 conflict transaction" && first.text.contains(words), "\(first.text)")
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("29000000"))
            let unverified = #"{"note":"x","transaction":"\#(Self.hash)","unverified":true}"#
            #expect(try await fixture.admin(.post, path, unverified).json["state"].string == "credited")
            #expect(chain.asked.count == 1)
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("38000000"))
            // Of an order that is credited nobody is asked.
            #expect(try await fixture.admin(.post, path, confirm).status == 200 && chain.asked.count == 1)
        }
    }

    @Test("Without an endpoint, or without a transaction, the operator's word is enough; what is no hash is none")
    func word() async throws {
        try await run { fixture, chain in
            let (account, _) = try await fixture.paidAccount()
            func path(_ network: String) async throws -> String {
                let body = #"{"account":"\#(account)","plan":"starter","network":"\#(network)"}"#
                return "/admin/v1/recharges/\(try await fixture.admin(.post, "/admin/v1/recharges", body).json["id"].string)/confirm"
            }
            let onTRON = try await fixture.admin(.post, path("tron"), #"{"note":"x","transaction":"\#(Self.hash)"}"#)
            #expect(onTRON.json["state"].string == "credited")
            #expect(try await fixture.admin(.post, path("bsc"), #"{"note":"x"}"#).json["state"].string == "credited")
            let noHash = try await fixture.admin(.post, path("bsc"), #"{"note":"x","transaction":"receipt 4711"}"#)
            #expect(noHash.refusal == "409 conflict transaction" && noHash.text.contains("64"))
            #expect(chain.asked.isEmpty)
        }
    }

    @Test("Networks are listed with what is configured, scanned or not")
    func networkList() async throws {
        try await run { fixture, _ in
            let networks = try await fixture.admin(.get, "/admin/v1/networks").json["data"].items
            #expect(networks.map { $0["network"].string } == ["bsc", "tron"])
            #expect(networks.map { $0["watched"] } == [.bool(true), .bool(false)])
            #expect(networks[0]["addresses"] == .array([.string(Self.address)]) && networks[0]["cursor"] == .null)
        }
    }

    @Test("Nonsense about deposits is refused")
    func deposits() async throws {
        try await run { (fixture, _) async throws in
            let id = "dep:bsc:0x\(Self.hash):0"
            #expect(try await fixture.admin(.get, "/admin/v1/deposits").json["data"] == .array([]))
            for query in ["state=old", "network=solana", "cursor=x", "account=x", "colour=red"] {
                #expect(try await fixture.admin(.get, "/admin/v1/deposits?\(query)").status == 400, "\(query)")
            }
            for id in [id, "x", "dep:bsc:0x1:0"] {
                #expect(try await fixture.admin(.get, "/admin/v1/deposits/\(id)").refusal == "404 not_found")
            }
            let path = "/admin/v1/deposits/\(id)/resolve"
            let order = "rch_00000000000000000000000000"
            for (body, refusal) in [
                (#"{"note":"x"}"#, "400 invalid_request action"), (#"{"action":"keep","note":"x"}"#, "400 invalid_request action"),
                (#"{"action":"ignore"}"#, "400 invalid_request note"),
                (#"{"action":"ignore","note":"x","order":"\#(order)"}"#, "400 invalid_request order"),
                (#"{"action":"ignore","note":"x","transaction":"t"}"#, "400 invalid_request transaction"),
                (#"{"action":"ignore","note":"x"}"#, "404 not_found"),
            ] {
                #expect(try await fixture.admin(.post, path, body).refusal == refusal, "\(body)")
            }
        }
    }
}
