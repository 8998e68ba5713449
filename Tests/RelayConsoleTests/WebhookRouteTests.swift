import Hummingbird
import RelayDomain
import RelayStore
import RelayTestKit
import Synchronization
import Testing

@testable import RelayConsole

/// Webhooks, as their owners and the operator see them. Nothing is sent here.
@Suite("Webhooks")
struct WebhookRouteTests {
    private static let url = "https://hooks.example/nexrelay?team=7"

    /// Somebody who calls.
    private enum Caller: Sendable {
        case customer(String)
        case `operator`

        var root: String { if case .operator = self { "/admin/v1" } else { "/v1" } }
    }

    private func call(
        _ fixture: ConsoleFixture, _ caller: Caller, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
    ) async throws -> Answer {
        switch caller {
        case .operator: try await fixture.admin(method, caller.root + path, body)
        case .customer(let key): try await fixture.customer(method, caller.root + path, body, key: key)
        }
    }

    private func create(_ fixture: ConsoleFixture, _ caller: Caller, more: String = "") async throws -> Answer {
        try await call(fixture, caller, .post, "/webhooks", #"{"url":"\#(Self.url)"\#(more)}"#)
    }

    /// Makes deliveries of what has happened so far, as the sender does.
    private func dispatch(_ fixture: ConsoleFixture) async throws -> WebhookDeliveries {
        let deliveries = WebhookDeliveries(reader: fixture.reader, writer: fixture.writer)
        while try await deliveries.dispatch(at: fixture.now) {}
        return deliveries
    }

    @Test("A webhook shows its secret when it is made and when that is changed, and never again; stored it is sealed")
    func secrets() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, key) = try await fixture.paidAccount()
            for (caller, owner) in [(Caller.customer(key), JSONValue.string(account)), (.operator, .null)] {
                let created = try await create(fixture, caller, more: #","events":["wallet.low","recharge.credited"]"#)
                #expect(created.status == 201 && created.header("cache-control") == "no-store")
                let (json, id) = (created.json, created.json["id"].string)
                #expect(json["account"] == owner && json["url"].string == Self.url && json["state"].string == "active")
                #expect(json["events"] == .array([.string("wallet.low"), .string("recharge.credited")]))
                #expect(json["disabled_because"] == .null && json["created_at"].string == "2026-11-23T12:00:00.000Z")
                let first = try #require(WebhookSecret(json["secret"].string))

                let rotated = try await call(fixture, caller, .post, "/webhooks/\(id)/rotate").json
                let second = try #require(WebhookSecret(rotated["secret"].string))
                #expect(first != second && rotated["id"].string == id)
                #expect(rotated["former_secret_until"].string == "2026-11-24T12:00:00.000Z")
                let stored = try #require(try await fixture.reader.webhook(WebhookID(id)!))
                #expect(stored.sealedSecret == ConsoleFixture.seal(second, of: stored.id))
                #expect(stored.formerSecret?.sealed == ConsoleFixture.seal(first, of: stored.id))

                for (method, path) in [
                    (HTTPRequest.Method.get, "/webhooks"), (.get, "/webhooks/\(id)"), (.post, "/webhooks/\(id)/disable"),
                    (.post, "/webhooks/\(id)/enable"), (.get, "/webhooks/\(id)/deliveries"), (.delete, "/webhooks/\(id)"),
                ] {
                    let answer = try await call(fixture, caller, method, path)
                    #expect(answer.status == 200, "\(path): \(answer.text)")
                    for text in ["secret\":", "whsec", first.text, second.text] { #expect(!answer.text.contains(text), "\(path)") }
                }
            }
            #expect(fixture.lines.all.allSatisfy { !$0.contains("whsec") && !$0.contains("hooks.example") })
        }
    }

    @Test("Another account's webhooks and deliveries are not there; the operator has them all, and lists their own")
    func roles() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, key) = try await fixture.paidAccount()
            let (_, other) = try await fixture.paidAccount("bob@example.org")
            _ = try await dispatch(fixture)
            let id = try await create(fixture, .customer(key)).json["id"].string
            let operators = try await create(fixture, .operator).json["id"].string
            _ = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: key)
            _ = try await dispatch(fixture)
            let mine = try await call(fixture, .customer(key), .get, "/webhooks/\(id)/deliveries").json["data"].items
            #expect(mine.count == 1 && mine[0]["type"].string == "recharge.created" && mine[0]["webhook"].string == id)
            let delivery = mine[0]["id"].string
            let operatorsDelivery = try await call(fixture, .operator, .get, "/webhooks/\(operators)/deliveries").json["data"].items
            #expect(operatorsDelivery.count == 1 && operatorsDelivery[0]["account"] == .null)

            let nowhere = [
                (other, id, delivery), (key, operators, operatorsDelivery[0]["id"].string),
                (key, "whk_00000000000000000000000000", "dlv_00000000000000000000000000"), (key, "nonsense", "nonsense"),
            ]
            for (key, webhook, delivery) in nowhere {
                for (method, path) in [
                    (HTTPRequest.Method.get, "/webhooks/\(webhook)"), (.delete, "/webhooks/\(webhook)"),
                    (.post, "/webhooks/\(webhook)/rotate"), (.post, "/webhooks/\(webhook)/enable"),
                    (.post, "/webhooks/\(webhook)/disable"), (.get, "/webhooks/\(webhook)/deliveries"),
                    (.post, "/deliveries/\(delivery)/replay"),
                ] {
                    #expect(try await call(fixture, .customer(key), method, path).refusal == "404 not_found", "\(method) \(path)")
                }
            }
            #expect(try await call(fixture, .customer(other), .get, "/webhooks").json["data"] == .array([]))
            #expect(try await call(fixture, .customer(key), .get, "/webhooks").json["data"].items.map { $0["id"].string } == [id])

            #expect(try await fixture.admin(.get, "/admin/v1/webhooks").json["data"].items.map { $0["id"].string } == [operators])
            let accounts = try await fixture.admin(.get, "/admin/v1/webhooks?account=\(account)").json["data"].items
            #expect(accounts.map { $0["id"].string } == [id])
            #expect(try await fixture.admin(.get, "/admin/v1/webhooks/\(id)").json["account"].string == account)
            #expect(try await fixture.admin(.get, "/admin/v1/deliveries").json["data"].items.count == 2)
            let ofAccount = try await fixture.admin(.get, "/admin/v1/deliveries?account=\(account)&state=pending").json["data"].items
            #expect(ofAccount.map { $0["id"].string } == [delivery])
            for (method, path) in [(HTTPRequest.Method.get, "/v1/webhooks"), (.post, "/v1/webhooks"), (.delete, "/v1/webhooks/\(id)")] {
                #expect(try await fixture.customer(method, path).refusal == "401 invalid_api_key")
                #expect(try await fixture.admin(method, "/admin" + path, token: key).refusal == "401 invalid_api_key")
            }
        }
    }

    @Test("A new webhook is not told of what was before it")
    func news() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            fixture.now = fixture.now.adding(milliseconds: 1)
            let id = try await create(fixture, .customer(key)).json["id"].string
            let order = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: key).json["id"].string
            _ = try await dispatch(fixture)
            let told = try await call(fixture, .customer(key), .get, "/webhooks/\(id)/deliveries").json["data"].items
            #expect(told.map { $0["event"].string } == ["\(order):created"])
        }
    }

    @Test("The operator makes a customer's webhook; of an account that is not there none is made")
    func forCustomers() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, key) = try await fixture.paidAccount()
            let made = try await create(fixture, .operator, more: #","account":"\#(account)""#)
            #expect(made.status == 201 && made.json["account"].string == account)
            #expect(try await call(fixture, .customer(key), .get, "/webhooks/\(made.json["id"].string)").status == 200)
            let nobody = #","account":"acc_00000000000000000000000000""#
            #expect(try await create(fixture, .operator, more: nobody).refusal == "404 not_found")
            #expect(try await create(fixture, .operator, more: #","account":"ann""#).refusal == "400 invalid_request account")
            // Whose it is says the key.
            #expect(try await create(fixture, .customer(key), more: #","account":"\#(account)""#).refusal == "400 invalid_request account")
        }
    }

    @Test(
        "A URL that messages may not go to is refused with what is wrong with it",
        arguments: [
            ("http://hooks.example/", "https://"), ("ftp://hooks.example/", "https://"), ("hooks.example", "https://"),
            ("https://ann:secret@hooks.example/", "user"), ("https://hooks.example/#top", "fragment"), ("https:///path", "host"),
            ("https://hooks.example:0/", "port"), ("https://127.0.0.1/", "not public"), ("https://[::1]/", "not public"),
            ("https://169.254.169.254/latest", "not public"), ("https://10.1.2.3/", "not public"), ("https://2130706433/", "host"),
            ("https://hooks.example/" + String(repeating: "a", count: 2_000), "2000"), ("", "1 to 2000"),
        ])
    func urls(url: String, words: String) async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            for caller in [Caller.customer(key), .operator] {
                let answer = try await call(fixture, caller, .post, "/webhooks", #"{"url":"\#(url)"}"#)
                #expect(answer.refusal == "400 invalid_request url" && answer.text.contains(words), "\(answer.text)")
                #expect(try await call(fixture, caller, .get, "/webhooks").json["data"] == .array([]))
            }
        }
    }

    @Test("Customers are not told of what is the operator's, and nonsense is refused")
    func events() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            for kind in ["review.opened", "deposit.review"] {
                let events = #","events":["wallet.low","\#(kind)"]"#
                let refused = try await create(fixture, .customer(key), more: events)
                #expect(refused.refusal == "400 invalid_request events" && !refused.text.contains("`\(kind)`"))
                #expect(try await create(fixture, .operator, more: events).status == 201)
            }
            for caller in [Caller.customer(key), .operator] {
                for events in [#"["wallet.high"]"#, #"["wallet.low","wallet.low"]"#, #""wallet.low""#, "[1]", #"["WALLET.LOW"]"#] {
                    let refused = try await create(fixture, caller, more: #","events":\#(events)"#)
                    #expect(refused.refusal == "400 invalid_request events", "\(events)")
                }
                #expect(try await create(fixture, caller, more: #","colour":"red""#).refusal == "400 invalid_request colour")
                #expect(try await call(fixture, caller, .post, "/webhooks").refusal == "400 invalid_request url")
                #expect(try await create(fixture, caller, more: #","events":[]"#).json["events"] == .array([]))
                for query in ["state=old", "cursor=x", "limit=0", "colour=red"] {
                    let id = try await create(fixture, caller).json["id"].string
                    #expect(try await call(fixture, caller, .get, "/webhooks/\(id)/deliveries?\(query)").status == 400, "\(query)")
                    _ = try await call(fixture, caller, .delete, "/webhooks/\(id)")
                }
                #expect(try await call(fixture, caller, .get, "/webhooks?state=active").status == 400)
            }
        }
    }

    @Test("An account has ten, and the operator has ten; pages hold them all, the newest first")
    func limit() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            for caller in [Caller.customer(key), .operator] {
                var ids: [String] = []
                for _ in 0..<Webhook.limit {
                    fixture.now = fixture.now.adding(milliseconds: 1)
                    ids.append(try await create(fixture, caller).json["id"].string)
                }
                #expect(try await create(fixture, caller).refusal == "409 conflict")
                var listed: [String] = []
                var cursor = ""
                repeat {
                    let page = try await call(fixture, caller, .get, "/webhooks?limit=4" + cursor).json
                    listed += page["data"].items.map { $0["id"].string }
                    cursor = page["next"] == .null ? "" : "&cursor=\(page["next"].string)"
                } while !cursor.isEmpty
                #expect(listed == ids.reversed())
                let gone = try await call(fixture, caller, .delete, "/webhooks/\(ids[0])")
                #expect(gone.text == #"{"id":"\#(ids[0])","deleted":true}"#)
                #expect(try await call(fixture, caller, .delete, "/webhooks/\(ids[0])").refusal == "404 not_found")
                #expect(try await create(fixture, caller).status == 201)
            }
        }
    }

    @Test("What is disabled says why, and what waited for it is given up; it may be enabled, and then be sent again")
    func disabling() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            _ = try await dispatch(fixture)
            let id = try await create(fixture, .customer(key)).json["id"].string
            _ = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: key)
            _ = try await dispatch(fixture)
            let path = "/webhooks/\(id)"
            let disabled = try await call(fixture, .customer(key), .post, path + "/disable").json
            #expect(disabled["state"].string == "disabled" && disabled["disabled_because"].string == "disabled by its owner")
            let failed = try await call(fixture, .customer(key), .get, path + "/deliveries?state=failed").json["data"].items
            #expect(failed.count == 1 && failed[0]["last_error"].string == "the webhook is disabled")
            let replay = "/deliveries/\(failed[0]["id"].string)/replay"
            #expect(try await call(fixture, .customer(key), .post, replay).refusal == "409 conflict")
            #expect(try await call(fixture, .operator, .post, replay).refusal == "409 conflict")

            let enabled = try await call(fixture, .customer(key), .post, path + "/enable").json
            #expect(enabled["state"].string == "active" && enabled["disabled_because"] == .null)
            let wakes = fixture.wakes.withLock { $0 }
            let replayed = try await call(fixture, .customer(key), .post, replay).json
            #expect(replayed["state"].string == "pending" && replayed["event"] == failed[0]["event"])
            #expect(replayed["next_attempt_at"].string == "2026-11-23T12:00:00.000Z" && replayed["attempts"] == .number("0"))
            #expect(fixture.wakes.withLock { $0 } == wakes + 1)

            let byOperator = try await call(fixture, .operator, .post, path + "/disable").json
            #expect(byOperator["disabled_because"].string == "disabled by the operator")
        }
    }

    @Test("What was delivered says so, and is sent again when it is asked for, by its owner or by the operator")
    func replays() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, key) = try await fixture.paidAccount()
            _ = try await dispatch(fixture)
            let id = try await create(fixture, .customer(key)).json["id"].string
            _ = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: key)
            let deliveries = try await dispatch(fixture)
            for caller in [Caller.customer(key), .operator] {
                let due = try await deliveries.claim(limit: 5, until: fixture.now.adding(milliseconds: 90_000), at: fixture.now)
                #expect(due.map { "\($0.webhook)" } == [id])
                let delivery = try #require(due.first)
                try await deliveries.record(.delivered(status: 204), of: delivery, at: fixture.now)
                let list = try await call(fixture, caller, .get, "/webhooks/\(id)/deliveries?state=delivered").json["data"].items
                #expect(list.map { $0["id"].string } == ["\(delivery.id)"])
                #expect(list.first?["last_status"] == .number("204") && list.first?["delivered_at"].string == fixture.now.rfc3339)
                #expect(list.first?["event"].string == delivery.event)
                #expect(try await call(fixture, caller, .post, "/deliveries/\(delivery.id)/replay").json["state"].string == "pending")
            }
        }
    }

    @Test("A suspended account reads and stops; it starts nothing")
    func suspended() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, key) = try await fixture.paidAccount()
            _ = try await dispatch(fixture)
            let id = try await create(fixture, .customer(key)).json["id"].string
            _ = try await fixture.customer(.post, "/v1/recharges", #"{"plan":"starter"}"#, key: key)
            _ = try await dispatch(fixture)
            let delivery = try await call(fixture, .customer(key), .get, "/webhooks/\(id)/deliveries").json["data"].items[0]["id"].string
            _ = try await fixture.admin(.post, "/admin/v1/accounts/\(account)/suspend", #"{"reason":"x"}"#)
            for path in ["/webhooks", "/webhooks/\(id)/enable", "/deliveries/\(delivery)/replay"] {
                let answer = try await call(fixture, .customer(key), .post, path, path == "/webhooks" ? #"{"url":"\#(Self.url)"}"# : nil)
                #expect(answer.refusal == "403 account_suspended", "\(path)")
            }
            for (method, path) in [
                (HTTPRequest.Method.get, "/webhooks"), (.get, "/webhooks/\(id)/deliveries"), (.post, "/webhooks/\(id)/rotate"),
                (.post, "/webhooks/\(id)/disable"), (.delete, "/webhooks/\(id)"),
            ] {
                #expect(try await call(fixture, .customer(key), method, path).status == 200, "\(path)")
            }
        }
    }
}
