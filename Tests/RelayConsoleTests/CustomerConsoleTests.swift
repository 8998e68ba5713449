import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The customers' own API")
struct CustomerConsoleTests {
    @Test("Models are those that the key may use and an upstream serves, in the route's order")
    func models() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let list = try await fixture.customer(.get, "/v1/models", key: secret)
            #expect(list.status == 200)
            #expect(list.json["object"] == .string("list"))
            #expect(list.json["data"].items.map { $0["id"].string } == ["gpt-5.3", "gpt-5.2", "gpt-5.5"])
            #expect(list.json["data"].items[0].names == ["id", "object", "created", "owned_by"])
            let one = try await fixture.customer(.get, "/v1/models/gpt-5%2E2", key: secret)
            #expect(one.json == list.json["data"].items[1])
            #expect(try await fixture.customer(.get, "/v1/models/gpt-5.4", key: secret).refusal == "404 model_not_found model")

            let narrow = try await fixture.admin(
                .post, "/admin/v1/keys", #"{"account":"\#(account)","policy":{"models":["gpt-5.5","gpt-5.2"]}}"#
            ).json["secret"].string
            let allowed = try await fixture.customer(.get, "/v1/models", key: narrow)
            #expect(allowed.json["data"].items.map { $0["id"].string } == ["gpt-5.2", "gpt-5.5"])
            #expect(try await fixture.customer(.get, "/v1/models/gpt-5.3", key: narrow).refusal == "404 model_not_found model")
        }
    }

    @Test("A key that opens nothing gets one and the same 401")
    func unauthenticated() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let expiring = try await fixture.admin(
                .post, "/admin/v1/keys", #"{"account":"\#(account)","policy":{"expires_at":"2026-11-23T12:00:01Z"}}"#
            ).json["secret"].string
            let revoked = try await fixture.admin(.post, "/admin/v1/keys", #"{"account":"\#(account)"}"#).json
            _ = try await fixture.admin(.post, "/admin/v1/keys/\(revoked["id"].string)/revoke")
            #expect(try await fixture.customer(.get, "/v1/wallet", key: expiring).status == 200)
            fixture.now = fixture.now.adding(milliseconds: 1_000)
            var generator = SystemRandomNumberGenerator()
            let invented = KeySecret(account: KeySecret(secret)!.account, random: &generator).text
            let flipped = String(secret.dropLast(3)) + (secret.hasSuffix("000") ? "111" : "000")
            for key in [nil, "", "nxr_", "sk-123", flipped, invented, revoked["secret"].string, expiring] as [String?] {
                for path in ["/v1/models", "/v1/models/gpt-5.2", "/v1/wallet", "/v1/receipts", "/v1/receipts/req_1"] {
                    let answer = try await fixture.customer(.get, path, key: key)
                    #expect(answer.refusal == "401 invalid_api_key", "\(path) \(key ?? "no key")")
                    #expect(answer.header("www-authenticate") == "Bearer")
                    #expect(answer.json["error"].names == ["message", "type", "param", "code"])
                }
            }
        }
    }

    @Test("A wallet shows money, meters and what is left, and starts anew with the month")
    func wallet() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let settled = await fixture.hold(secret, number: 1, model: "gpt-5.5")!
            await fixture.end(settled, .settle(ReportedUsage(prompt: 900, cached: 205, completion: 100).usage))
            _ = await fixture.hold(secret, number: 2)
            let wallet = try await fixture.customer(.get, "/v1/wallet", key: secret)
            #expect(
                wallet.text == """
                    {"account":"\(account)","plan":"pro","next_plan":null,"credits":28999184.5,"held_credits":1500,"available_credits":28997684.5,\
                    "month":"2026-11","requests_in_flight":1,"concurrency":10,"rate":{"used":2,"limit":120,"remaining":118},"meters":{\
                    "input":{"used":695,"held":1000,"allowance":18000000,"remaining":17998305},\
                    "output":{"used":100,"held":500,"allowance":4000000,"remaining":3999400},\
                    "cached_read":{"used":205,"held":0,"allowance":40000000,"remaining":39999795},\
                    "total":{"used":1000,"held":1500,"cap":62000000,"remaining":61997500}},\
                    "high_cost":{"used_credits":815.5,"held_credits":0,"budget_credits":8000000,"remaining_credits":7999184.5},\
                    "resets_at":"2026-12-01T00:00:00.000Z"}
                    """)
            #expect(wallet.header("content-type") == "application/json")
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)").text == wallet.text)

            fixture.now = Timestamp(rfc3339: "2026-12-05T00:00:00Z")!
            let next = try await fixture.customer(.get, "/v1/wallet", key: secret).json
            #expect(next["month"] == .string("2026-12"))
            #expect(next["credits"] == .number("28999184.5"))
            #expect(next["held_credits"] == .number("1500"))
            #expect(
                next["meters"]["input"] == [
                    "used": .integer(0), "held": .integer(0), "allowance": .integer(18_000_000), "remaining": .integer(18_000_000),
                ])
            #expect(next["high_cost"]["used_credits"] == .number("0"))
            #expect(next["resets_at"] == .string("2027-01-01T00:00:00.000Z"))
        }
    }

    @Test("A wallet without a plan has no limits to show")
    func walletWithoutPlan() async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"b@example.org"}"#).json["id"].string
            let wallet = try await fixture.admin(.get, "/admin/v1/wallets/\(account)").json
            #expect(wallet["plan"] == .null)
            #expect(wallet["credits"] == .number("0"))
            #expect(wallet["meters"]["total"] == ["used": .integer(0), "held": .integer(0), "cap": .null, "remaining": .null])
            #expect(wallet["high_cost"]["budget_credits"] == .null)
        }
    }

    @Test("Plans are shown to everyone, with every figure")
    func plans() async throws {
        try await ConsoleFixture.run { fixture in
            let plans = try await fixture.customer(.get, "/v1/plans")
            #expect(plans.status == 200)
            #expect(plans.json.names == ["data", "has_more", "next", "models"])
            #expect(
                plans.json["data"].items[0].jsonText == """
                    {"id":"starter","name":"Starter","for":"prototypes, small tools, light API use","most_popular":false,"price_usd":"9.00",\
                    "credits":9000000,"allowances":{"input":3000000,"output":600000,"cached_read":6000000},"cap":10000000,\
                    "context":32000,"max_output_tokens":1000,"rpm":20,"concurrency":2,"high_cost_budget_credits":1200000,\
                    "high_cost_budget_usd":"1.20","route":["gpt-5.2","gpt-5.3","gpt-5.4","gpt-5.5"],\
                    "high_cost_rule":{"context":8000,"max_output_tokens":512,"rpm":2}}
                    """)
            #expect(plans.json["data"].items.map { $0["most_popular"] } == [.bool(false), .bool(true), .bool(false)])
            #expect(
                plans.json["models"].items[3].jsonText
                    == #"{"id":"gpt-5.5","prices":{"input":1,"output":1,"cached_read":0.1},"context":400000,"high_cost":true}"#)
        }
    }

    @Test("A receipt tells all of a request, from its hold to its charge")
    func receipt() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let hold = await fixture.hold(secret, number: 1)!
            let open = try await fixture.customer(.get, "/v1/receipts/\(hold.request)", key: secret).json
            #expect(open["state"] == .string("open"))
            #expect(open["balance_after_credits"] == .null)
            #expect(open["milliseconds"] == .null)
            await fixture.end(
                hold, .settle(ReportedUsage(prompt: 900, cached: 5, completion: 100, reasoning: 60).usage),
                attempts: [
                    Attempt(upstream: "a", model: "gpt-5.2", outcome: .unreachable, status: nil, milliseconds: 3),
                    Attempt(upstream: "b", model: "gpt-5.2", outcome: .answered, status: 200, milliseconds: 80),
                ])
            let settled = try await fixture.customer(.get, "/v1/receipts/\(hold.request)", key: secret)
            #expect(
                settled.text == """
                    {"id":"\(hold.request)","account":"\(account)","key":"\(hold.key)","created_at":"2026-11-23T12:00:00.000Z",\
                    "endpoint":"/v1/chat/completions","stream":true,"requested_model":"gpt-5.2","model":"gpt-5.2","state":"settled",\
                    "usage":{"input":895,"output":100,"cached_read":5,"reasoning":60,"source":"reported"},\
                    "prices":{"input":1,"output":1,"cached_read":0.1},"credits":{"held":1500,"charged":995.5,"absorbed":0},\
                    "balance_after_credits":28999004.5,"max_output_tokens":500,"attempts":[\
                    {"upstream":"a","model":"gpt-5.2","outcome":"unreachable","status":null,"milliseconds":3,\
                    "not_billed_because":"the upstream could not be reached"},\
                    {"upstream":"b","model":"gpt-5.2","outcome":"answered","status":200,"milliseconds":80,"not_billed_because":null}],\
                    "first_byte_milliseconds":40,"milliseconds":90,"client_disconnected":false,"client_retry_count":2,\
                    "idempotency_key":null,"replayed_from":null}
                    """)
            #expect(try await fixture.admin(.get, "/admin/v1/receipts/\(hold.request)").text == settled.text)
            let (_, stranger) = try await fixture.paidAccount("eve@example.org")
            #expect(try await fixture.customer(.get, "/v1/receipts/\(hold.request)", key: stranger).refusal == "404 not_found")
            #expect(try await fixture.customer(.get, "/v1/receipts/nonsense", key: secret).refusal == "404 not_found")
        }
    }

    @Test("A receipt that cost nothing says why")
    func unbilled() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, secret) = try await fixture.paidAccount()
            let cases: [(HoldEnding.Outcome, [Attempt], String)] = [
                (.void, [], "no upstream was called"),
                (
                    .void, [Attempt(upstream: "a", model: "m", outcome: .failed, status: 500, milliseconds: 1)],
                    "the upstream failed before a usable response"
                ),
                (.void, [Attempt(upstream: "a", model: "m", outcome: .cancelled, status: nil, milliseconds: 1)], "no usable response came"),
                (.expire, [], "the relay stopped before the request ended"),
            ]
            for (number, (outcome, attempts, reason)) in cases.enumerated() {
                let hold = await fixture.hold(secret, number: UInt64(number))!
                await fixture.end(hold, outcome, attempts: attempts)
                let receipt = try await fixture.customer(.get, "/v1/receipts/\(hold.request)", key: secret).json
                #expect(receipt["not_billed_because"] == .string(reason))
                #expect(receipt["credits"]["charged"] == .number("0"))
                #expect(receipt["balance_after_credits"] == .number("29000000"))
                #expect(receipt["settled_late"] == .null)
                #expect(receipt["expired_at"] == (reason.hasPrefix("the relay stopped") ? .string("2026-11-23T12:00:00.000Z") : .null))
            }
        }
    }

    @Test("A receipt that was settled after its hold had expired says so, and when that was, to the customer and to the operator")
    func settledLate() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let hold = try #require(await fixture.hold(secret, number: 1))
            await fixture.end(hold, .expire)
            fixture.now = fixture.now.adding(milliseconds: 60_000)
            await fixture.end(hold, .settle(ReportedUsage(prompt: 1_000, completion: 100).usage))
            let receipts = [
                try await fixture.customer(.get, "/v1/receipts/\(hold.request)", key: secret).json,
                try #require(try await fixture.customer(.get, "/v1/receipts", key: secret).json["data"].items.first),
                try await fixture.admin(.get, "/admin/v1/receipts/\(hold.request)").json,
                try #require(try await fixture.admin(.get, "/admin/v1/receipts?account=\(account)").json["data"].items.first),
            ]
            for receipt in receipts {
                #expect(receipt["state"] == .string("settled"))
                #expect(receipt["credits"]["charged"] == .number("1100"))
                #expect(receipt["settled_late"] == .bool(true))
                #expect(receipt["expired_at"] == .string("2026-11-23T12:00:00.000Z"))
                #expect(receipt["not_billed_because"] == .null)
            }
        }
    }

    @Test("Receipts come newest first, page by page, and only the account's own")
    func receipts() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let (_, stranger) = try await fixture.paidAccount("eve@example.org")
            var ids: [String] = []
            for number in 1...5 as ClosedRange<UInt64> {
                fixture.now = fixture.now.adding(milliseconds: 1_000)
                let hold = await fixture.hold(number == 3 ? stranger : secret, number: number)!
                if number != 3 { ids.insert(hold.request.description, at: 0) }
                if number != 4 { await fixture.end(hold, .void) }
            }
            for (path, isAdmin) in [("/v1/receipts?limit=2", false), ("/admin/v1/receipts?account=\(account)&limit=2", true)] {
                func get(_ path: String) async throws -> JSONValue {
                    try await isAdmin ? fixture.admin(.get, path).json : fixture.customer(.get, path, key: secret).json
                }
                let first = try await get(path)
                #expect(first["data"].items.map { $0["id"].string } == Array(ids[..<2]))
                #expect(first["has_more"] == .bool(true))
                let second = try await get(path + "&cursor=\(first["next"].string)")
                #expect(second["data"].items.map { $0["id"].string } == Array(ids[2...]))
                #expect(second["has_more"] == .bool(false))
                #expect(second["next"] == .null)
            }
            let recent = try await fixture.customer(.get, "/v1/receipts?since=2026-11-23T13:00:04%2B01:00", key: secret).json
            #expect(recent["data"].items.map { $0["id"].string } == Array(ids[..<2]))
        }
    }

    @Test(
        "A query that means nothing is refused by name",
        arguments: [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=ten", "limit"), ("limit=", "limit"), ("cursor=x", "cursor"),
            ("cursor=acc_01kas6q5v00000000000000000", "cursor"), ("since=yesterday", "since"), ("sinc=x", "sinc"),
            ("limit=1&limit=2", "limit"),
        ])
    func badQuery(query: String, param: String) async throws {
        try await ConsoleFixture.run { fixture in
            let (_, secret) = try await fixture.paidAccount()
            #expect(try await fixture.customer(.get, "/v1/receipts?\(query)", key: secret).refusal == "400 invalid_request \(param)")
        }
    }

    @Test("A suspended account still reads its wallet and receipts")
    func suspended() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            let hold = await fixture.hold(secret, number: 1)!
            _ = try await fixture.admin(.post, "/admin/v1/accounts/\(account)/suspend", #"{"reason":"abuse"}"#)
            #expect(await fixture.hold(secret, number: 2) == nil)
            for path in ["/v1/wallet", "/v1/receipts", "/v1/receipts/\(hold.request)"] {
                #expect(try await fixture.customer(.get, path, key: secret).status == 200, "\(path)")
            }
        }
    }

    @Test("Unknown paths and wrong methods get the contract's answers, pages outside the API")
    func paths() async throws {
        try await ConsoleFixture.run { fixture in
            for path in ["/v1", "/v1/", "/v1/nothing", "/v1/models/", "/v1/embeddings"] {
                #expect(try await fixture.customer(.post, path).refusal == "404 not_found", "\(path)")
            }
            let wrong = try await fixture.customer(.get, "/v1/chat/completions")
            #expect(wrong.refusal == "405 method_not_allowed")
            #expect(wrong.header("allow") == "POST")
            #expect(try await fixture.customer(.delete, "/v1/models/gpt-5.2").header("allow") == "GET, HEAD")
            #expect(try await fixture.customer(.post, "/v1/chat/completions").refusal == "404 not_found")

            let front = try await fixture.customer(.get, "/")
            #expect(front.status == 200 && front.text.contains("not an official OpenAI service"))
            for path in ["/nothing", "/v10", "/consoles"] {
                let page = try await fixture.customer(.get, path)
                #expect(page.status == 404)
                #expect(page.header("content-type") == "text/html; charset=utf-8")
                #expect(page.text.hasPrefix("<!doctype html>"))
            }
        }
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, secret) = try await fixture.paidAccount()
            for path in ["/v1/plans", "/v1/wallet", "/", "/v1/nothing", "/nothing"] {
                let get = try await fixture.customer(.get, path, key: secret)
                let head = try await fixture.customer(.head, path, key: secret)
                #expect(head.status == get.status)
                #expect(head.text.isEmpty)
                #expect(head.headers == get.headers, "\(path)")
                #expect(head.header("content-length") == String(get.text.utf8.count))
            }
        }
    }
}
