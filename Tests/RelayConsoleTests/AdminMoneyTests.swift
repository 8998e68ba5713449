import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The admin API: money")
struct AdminMoneyTests {
    @Test("A recharge is ordered, confirmed by hand and credited once")
    func recharge() async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"a@b"}"#).json["id"].string
            let order = try await fixture.admin(.post, "/admin/v1/recharges", #"{"account":"\#(account)","plan":"pro","network":null}"#)
            let id = order.json["id"].string
            #expect(order.status == 201)
            #expect(
                order.text == """
                    {"id":"\(id)","account":"\(account)","plan":"pro","usd":"29.00","credits":29000000,"state":"waiting","network":null,\
                    "address":null,"amount":null,"uri":null,"created_at":"2026-11-23T12:00:00.000Z","expires_at":null,"grace_until":null,\
                    "transaction":null,"confirmations":null,"confirmations_needed":null,"credited_at":null}
                    """)
            #expect(try await fixture.admin(.get, "/admin/v1/recharges/\(id)").text == order.text)
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("0"))
            let path = "/admin/v1/recharges/\(id)/confirm"
            for body in ["", "{}", #"{"note":""}"#, #"{"note":"   "}"#, #"{"note":null}"#] {
                #expect(try await fixture.admin(.post, path, body).refusal == "400 invalid_request note")
            }
            let credited = try await fixture.admin(.post, path, #"{"note":"bank","transaction":"T-1"}"#)
            #expect(credited.status == 200)
            #expect(credited.json["state"] == .string("credited"))
            #expect(credited.json["transaction"] == .string("T-1"))
            #expect(credited.json["credited_at"] == .string("2026-11-23T12:00:00.000Z"))
            fixture.now = fixture.now.adding(milliseconds: 5)
            #expect(try await fixture.admin(.post, path, #"{"note":"again"}"#).text == credited.text)
            let wallet = try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json
            #expect(wallet["credits"] == .number("29000000"))
            #expect(wallet["plan"] == .string("pro"))
            #expect(try await fixture.admin(.post, "/admin/v1/recharges/\(id)/cancel").refusal == "409 conflict")
        }
    }

    @Test("A cancelled order and a payment that was used before credit nothing")
    func uncredited() async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"a@b"}"#).json["id"].string
            var orders: [String] = []
            for _ in 0..<3 {
                fixture.now = fixture.now.adding(milliseconds: 1)
                let order = try await fixture.admin(.post, "/admin/v1/recharges", #"{"account":"\#(account)","plan":"starter"}"#)
                orders.append("/admin/v1/recharges/\(order.json["id"].string)")
            }
            #expect(try await fixture.admin(.post, orders[0] + "/cancel").json["state"] == .string("cancelled"))
            #expect(try await fixture.admin(.post, orders[0] + "/confirm", #"{"note":"x"}"#).refusal == "409 conflict")
            let hash = "0x" + String(repeating: "aB", count: 32)
            let confirmed = try await fixture.admin(.post, orders[1] + "/confirm", #"{"note":"x","transaction":"\#(hash)"}"#)
            #expect(confirmed.json["transaction"] == .string(hash.lowercased()))
            let upper = "0X" + String(repeating: "AB", count: 32)
            let again = try await fixture.admin(.post, orders[2] + "/confirm", #"{"note":"x","transaction":"\#(upper)"}"#)
            #expect(again.refusal == "409 conflict transaction")
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("9000000"))
            let list = try await fixture.admin(.get, "/admin/v1/recharges?account=\(account)&limit=2").json
            #expect(list["data"].items.map { $0["state"].string } == ["waiting", "credited"])
            let rest = try await fixture.admin(.get, "/admin/v1/recharges?account=\(account)&cursor=\(list["next"].string)").json
            #expect(rest["data"].items.map { $0["state"].string } == ["cancelled"])
        }
    }

    @Test("An order that cannot be is refused")
    func badOrders() async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"a@b"}"#).json["id"].string
            for (body, refusal) in [
                (#"{"account":"\#(account)","plan":"pro","network":"tron"}"#, "400 invalid_request network"),
                (#"{"account":"\#(account)","plan":"Pro"}"#, "400 invalid_request plan"),
                (#"{"account":"\#(account)"}"#, "400 invalid_request plan"), (#"{"plan":"pro"}"#, "400 invalid_request account"),
                (#"{"account":"x","plan":"pro"}"#, "400 invalid_request account"),
                (#"{"account":"\#(AccountID(high: 1, low: 1))","plan":"pro"}"#, "404 not_found"),
                (#"{"account":"\#(account)","plan":"pro","credits":1}"#, "400 invalid_request credits"),
            ] {
                #expect(try await fixture.admin(.post, "/admin/v1/recharges", body).refusal == refusal, "\(body)")
            }
            #expect(try await fixture.admin(.get, "/admin/v1/recharges").json["data"] == .array([]))
        }
    }

    @Test("An adjustment moves exactly what was written, as a number or as a string")
    func adjustments() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, _) = try await fixture.paidAccount()
            let path = "/admin/v1/wallets/\(account)/adjust"
            for (amount, balance) in [
                ("0.001", "29000000.001"), ("\"99000000.123\"", "128000000.124"), ("-128000000.123", "0.001"), ("\"-0.001\"", "0"),
                ("125000", "125000"), ("0.10", "125000.1"),
            ] {
                let answer = try await fixture.admin(.post, path, #"{"credits":\#(amount),"reason":"test"}"#)
                #expect(answer.status == 200)
                #expect(answer.json["credits"] == .number(balance), "\(amount)")
                #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").text == answer.text)
            }
            #expect(try await fixture.admin(.get, "/admin/v1/reconciliation").json["ok"] == .bool(true))
        }
    }

    @Test("An adjustment under an id of the caller's is made once, and another under the same id is refused")
    func repeatedAdjustment() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, _) = try await fixture.paidAccount()
            let path = "/admin/v1/wallets/\(account)/adjust"
            let id = AdjustmentID(high: 7, low: 9)
            let first = try await fixture.admin(.post, path, #"{"credits":"-1.25","reason":"x","id":"\#(id)"}"#)
            #expect(first.status == 200 && first.json["credits"] == .number("28999998.75"))
            let again = try await fixture.admin(.post, path, #"{"id":"\#(id)","credits":-1.250,"reason":"once more"}"#)
            #expect(again.status == 200 && again.text == first.text)
            let other = try await fixture.admin(.post, path, #"{"credits":"1.25","reason":"x","id":"\#(id)"}"#)
            #expect(other.refusal == "409 conflict id")
            for bad in ["\"x\"", "\"\"", "1", "\"\(account)\""] {
                #expect(
                    try await fixture.admin(.post, path, #"{"credits":1,"reason":"x","id":\#(bad)}"#).refusal == "400 invalid_request id",
                    "\(bad)")
            }
            let statement = try await fixture.admin(.get, path.replacing("adjust", with: "statement")).json
            #expect(statement["entries"].items.filter { $0["reference"].string == "\(id)" }.count == 1)
            // Without an id, each is another one.
            for _ in 0..<2 { _ = try await fixture.admin(.post, path, #"{"credits":1,"reason":"x","id":null}"#) }
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("29000000.75"))
        }
    }

    @Test("An adjustment that cannot be changes nothing")
    func badAdjustments() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            _ = await fixture.hold(secret, number: 1)
            let path = "/admin/v1/wallets/\(account)/adjust"
            let short = try await fixture.admin(.post, path, #"{"credits":-28998500.001,"reason":"x"}"#)
            #expect(short.refusal == "402 insufficient_balance credits")
            #expect(short.header("x-nexrelay-credits-remaining") == "28998500")
            #expect(short.header("x-should-retry") == "false")
            for body in [
                #"{"credits":0,"reason":"x"}"#, #"{"credits":-0,"reason":"x"}"#, #"{"credits":0.0001,"reason":"x"}"#,
                #"{"credits":1e3,"reason":"x"}"#, #"{"credits":null,"reason":"x"}"#, #"{"reason":"x"}"#,
                #"{"credits":1000000000000000,"reason":"x"}"#,
            ] {
                #expect(try await fixture.admin(.post, path, body).refusal == "400 invalid_request credits", "\(body)")
            }
            #expect(try await fixture.admin(.post, path, #"{"credits":1}"#).refusal == "400 invalid_request reason")
            #expect(try await fixture.admin(.post, path, #"{"credits":1,"credits":9,"reason":"x"}"#).refusal == "400 invalid_json credits")
            #expect(try await fixture.admin(.post, path, #"{"credits":1,"usd":1,"reason":"x"}"#).refusal == "400 invalid_request usd")
            let unknown = "/admin/v1/wallets/\(AccountID(high: 1, low: 1))/adjust"
            #expect(try await fixture.admin(.post, unknown, #"{"credits":1,"reason":"x"}"#).refusal == "404 not_found")
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json["credits"] == .number("29000000"))
        }
    }

    @Test("A statement runs from the month's opening to its closing balance")
    func statement() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            fixture.now = Timestamp(rfc3339: "2026-12-01T00:00:00Z")!
            let hold = await fixture.hold(secret, number: 1)!
            await fixture.end(hold, .settle(ReportedUsage(prompt: 10, cached: 5, completion: 1).usage))
            _ = try await fixture.admin(.post, "/admin/v1/wallets/\(account)/adjust", #"{"credits":-1.25,"reason":"x"}"#)
            let path = "/admin/v1/wallets/\(account)/statement"
            let december = try await fixture.admin(.get, path).json
            #expect(
                december.names == [
                    "account", "month", "open", "as_of", "opening_credits", "opening_usd", "closing_credits", "closing_usd", "entries",
                ])
            #expect(december["month"] == .string("2026-12"))
            #expect(december["opening_credits"] == .number("29000000"))
            #expect(december["closing_credits"] == .number("28999992.25"))
            let entries = december["entries"].items
            #expect(
                entries[0].jsonText
                    == #"{"at":"2026-12-01T00:00:00.000Z","kind":"charge","credits":-6.5,"balance_after_credits":28999993.5,"reference":"\#(hold.request):settle"}"#
            )
            #expect(entries[1]["kind"] == .string("adjustment") && entries[1]["credits"] == .number("-1.25"))
            #expect(entries[1]["reference"].string.hasPrefix("adj_") && entries[1]["reference"].string.count == 30)
            let november = try await fixture.admin(.get, path + "?month=2026-11").json
            #expect(november["opening_credits"] == .number("0") && november["closing_credits"] == .number("29000000"))
            #expect(november["entries"].items.map { $0["kind"].string } == ["recharge"])
            for month in ["2026-13", "2026-1", "november", ""] {
                #expect(try await fixture.admin(.get, path + "?month=\(month)").refusal == "400 invalid_request month")
            }
        }
    }
}
