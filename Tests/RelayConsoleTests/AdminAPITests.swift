import Hummingbird
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("The admin API: accounts, keys, receipts, health")
struct AdminAPITests {
    @Test("Without the admin token nothing is answered, not even what exists")
    func token() async throws {
        try await ConsoleFixture.run { fixture async throws in
            for token in [nil, "", "wrong", ConsoleFixture.adminToken + "x"] as [String?] {
                for path in ["/admin", "/admin/v1/accounts", "/admin/v1/nothing", "/admin/v1/reconciliation"] {
                    #expect(try await fixture.admin(.get, path, token: token).refusal == "401 invalid_api_key")
                }
                #expect(try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"a@b"}"#, token: token).status == 401)
            }
            #expect(try await fixture.admin(.get, "/admin/v1/accounts").json["data"] == .array([]))
            #expect(try await fixture.admin(.get, "/admin/v1/nothing").refusal == "404 not_found")
            #expect(try await fixture.admin(.put, "/admin/v1/accounts").header("allow") == "POST, GET, HEAD")
            #expect(try await fixture.admin(.get, "/nothing", token: nil).refusal == "404 not_found")
        }
    }

    @Test("Health needs no token; readiness ends with the ledger's writer")
    func health() async throws {
        let fixture = try ConsoleFixture()
        #expect(try await fixture.admin(.get, "/healthz", token: nil).text == #"{"ok":true}"#)
        #expect(try await fixture.admin(.get, "/readyz", token: nil).status == 200)
        await fixture.writer.stop()
        #expect(try await fixture.admin(.get, "/healthz", token: nil).status == 200)
        #expect(try await fixture.admin(.get, "/readyz", token: nil).status == 503)
        try fixture.store.close()
    }

    @Test("An account is opened, shown, listed, suspended and resumed")
    func accounts() async throws {
        try await ConsoleFixture.run { fixture in
            let opened = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":" Ann@Example.org ","name":" Ann A. "}"#)
            let id = opened.json["id"].string
            #expect(opened.status == 201)
            #expect(
                opened.text
                    == #"{"id":"\#(id)","email":"ann@example.org","name":"Ann A.","state":"active","plan":null,"created_at":"2026-11-23T12:00:00.000Z"}"#
            )
            #expect(AccountID(id) != nil)
            #expect(try await fixture.admin(.get, "/admin/v1/accounts/\(id)").text == opened.text)
            #expect(try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"ANN@example.org"}"#).refusal == "409 conflict email")

            let path = "/admin/v1/accounts/\(id)"
            #expect(try await fixture.admin(.post, path + "/suspend", #"{"reason":"chargeback"}"#).json["state"] == .string("suspended"))
            #expect(try await fixture.admin(.get, path).json["state"] == .string("suspended"))
            #expect(try await fixture.admin(.post, path + "/resume").json["state"] == .string("active"))
            #expect(try await fixture.admin(.post, path + "/resume", "{}").json["state"] == .string("active"))
            for other in ["nonsense", AccountID(high: 1, low: 1).description] {
                #expect(try await fixture.admin(.get, "/admin/v1/accounts/\(other)").refusal == "404 not_found")
                #expect(
                    try await fixture.admin(.post, "/admin/v1/accounts/\(other)/suspend", #"{"reason":"x"}"#).refusal == "404 not_found")
            }
        }
    }

    @Test("Accounts are listed newest first, page by page")
    func accountPages() async throws {
        try await ConsoleFixture.run { fixture in
            for number in 1...3 {
                fixture.now = fixture.now.adding(milliseconds: 1)
                _ = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"\#(number)@example.org"}"#)
            }
            let first = try await fixture.admin(.get, "/admin/v1/accounts?limit=2").json
            #expect(first.names == ["data", "has_more", "next"])
            #expect(first["data"].items.map { $0["email"].string } == ["3@example.org", "2@example.org"])
            let second = try await fixture.admin(.get, "/admin/v1/accounts?limit=2&cursor=\(first["next"].string)").json
            #expect(second["data"].items.map { $0["email"].string } == ["1@example.org"])
            #expect(second["next"] == .null)
        }
    }

    @Test("A key shows its secret once, and every field of its policy always")
    func keys() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, _) = try await fixture.paidAccount()
            let policy = #"{"models":["gpt-5.2"],"max_output_tokens":64,"expires_at":"2026-12-01T00:00:00+01:00","rpm":null}"#
            let made = try await fixture.admin(
                .post, "/admin/v1/keys", #"{"account":"\#(account)","name":"ci","policy":\#(policy)}"#)
            let (id, secret) = (made.json["id"].string, made.json["secret"].string)
            #expect(made.status == 201)
            #expect(made.header("cache-control") == "no-store")
            #expect(KeySecret(secret)?.account == AccountID(account))
            let shown =
                #""policy":{"models":["gpt-5.2"],"monthly_budget_credits":null,"rpm":null,"concurrency":null,"max_output_tokens":64,"#
                + #""expires_at":"2026-11-30T23:00:00.000Z","networks":null,"fallback":false,"on_disconnect":null}"#
            let counted = shown + #","counters":null}"#
            let head = #"{"id":"\#(id)","account":"\#(account)","name":"ci","#
            let prefix = #""prefix":"nxr_…\#(secret.suffix(4))","state":"#
            #expect(made.text == head + #""secret":"\#(secret)","# + prefix + #""active","# + shown + "}")
            let list = try await fixture.admin(.get, "/admin/v1/keys?account=\(account)")
            #expect(list.json["data"].items.map { $0["name"].string }.contains("ci"))
            #expect(list.text.contains(head + prefix + #""active","# + counted))
            #expect(!list.text.contains(secret))
            fixture.now = Timestamp(rfc3339: "2026-11-30T23:00:00Z")!
            #expect(try await fixture.admin(.get, "/admin/v1/keys").text.contains(head + prefix + #""expired","#))
            let revoked = try await fixture.admin(.post, "/admin/v1/keys/\(id)/revoke")
            #expect(revoked.text == head + prefix + #""revoked","# + counted)
            #expect(try await fixture.admin(.post, "/admin/v1/keys/\(id)/revoke").text == revoked.text)
        }
    }

    @Test(
        "A policy that makes no sense is refused by the field's name",
        arguments: [
            (#""rpm":0"#, "400 invalid_request rpm"), (#""rpm":1.5"#, "400 invalid_request rpm"),
            (#""concurrency":-1"#, "400 invalid_request concurrency"), (#""concurrency":"2""#, "400 invalid_request concurrency"),
            (#""monthly_budget_credits":0"#, "400 invalid_request monthly_budget_credits"),
            (#""monthly_budget_credits":0.0001"#, "400 invalid_request monthly_budget_credits"),
            (#""networks":[]"#, "400 invalid_request networks"), (#""networks":["10.0.0.0/33"]"#, "400 invalid_request networks"),
            (#""networks":["10.0.0"]"#, "400 invalid_request networks"), (#""networks":"10.0.0.0/8""#, "400 invalid_request networks"),
            (#""fallback":1"#, "400 invalid_request fallback"), (#""on_disconnect":"wait""#, "400 invalid_request on_disconnect"),
            (#""colour":1"#, "400 invalid_request colour"),
            (#""models":[]"#, "400 invalid_request models"), (#""models":"gpt-5.2""#, "400 invalid_request models"),
            (#""models":["gpt-5.2","gpt-5.2"]"#, "400 invalid_request models"), (#""models":["gpt-9"]"#, "404 model_not_found models"),
            (#""max_output_tokens":0"#, "400 invalid_request max_output_tokens"),
            (#""max_output_tokens":1.5"#, "400 invalid_request max_output_tokens"),
            (#""max_output_tokens":"5""#, "400 invalid_request max_output_tokens"),
            (#""expires_at":"2026-11-23T12:00:00Z""#, "400 invalid_request expires_at"),
            (#""expires_at":1"#, "400 invalid_request expires_at"),
        ])
    func policies(field: String, refusal: String) async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"a@b"}"#).json["id"].string
            let answer = try await fixture.admin(.post, "/admin/v1/keys", #"{"account":"\#(account)","policy":{\#(field)}}"#)
            #expect(answer.refusal == refusal)
            #expect(try await fixture.admin(.get, "/admin/v1/keys").json["data"] == .array([]))
        }
    }

    @Test(
        "Bad bodies are refused by what is wrong with them",
        arguments: [
            ("", "400 invalid_request email"), ("{}", "400 invalid_request email"), ("{", "400 invalid_json"),
            ("[]", "400 invalid_request"), (#""x""#, "400 invalid_request"), (#"{"email":1}"#, "400 invalid_request email"),
            (#"{"email":"a@b","email":"c@d"}"#, "400 invalid_json email"), (#"{"email":"a@b","admin":true}"#, "400 invalid_request admin"),
            (#"{"email":"a@b","admin":null}"#, "400 invalid_request admin"), (#"{"email":"a@b\u0000"}"#, "400 invalid_request email"),
            (#"{"email":"a@b","name":"x\ny"}"#, "400 invalid_request name"),
            (#"{"email":"a@b","name":""# + String(repeating: "n", count: 101) + #""}"#, "400 invalid_request name"),
            (#"{"email":"a@b","name":""# + String(repeating: "n", count: 65_536) + #""}"#, "413 request_too_large"),
        ])
    func badBodies(body: String, refusal: String) async throws {
        try await ConsoleFixture.run { fixture async throws in
            #expect(try await fixture.admin(.post, "/admin/v1/accounts", body).refusal == refusal)
            #expect(try await fixture.admin(.get, "/admin/v1/accounts").json["data"] == .array([]))
        }
    }

    @Test("Receipts are of one account, which the operator names")
    func receiptsNeedAccount() async throws {
        try await ConsoleFixture.run { fixture async throws in
            #expect(try await fixture.admin(.get, "/admin/v1/receipts").refusal == "400 invalid_request account")
            #expect(try await fixture.admin(.get, "/admin/v1/receipts?account=x").refusal == "400 invalid_request account")
            #expect(try await fixture.admin(.get, "/admin/v1/receipts/req_x").refusal == "404 not_found")
        }
    }

    @Test("An upstream's usage is compared with the receipts, and what differs is a finding in tokens and dollars")
    func upstreamUsage() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, secret) = try await fixture.paidAccount()
            let hold = try #require(await fixture.hold(secret, number: 1))
            let attempt = Attempt(upstream: "one", model: "gpt-5.2", outcome: .answered, status: 200, milliseconds: 3)
            await fixture.end(hold, .settle(ReportedUsage(prompt: 900, cached: 300, completion: 200).usage), attempts: [attempt])
            let header = "date,upstream,model,input_tokens,cached_tokens,output_tokens"
            func compare(_ csv: String) async throws -> Answer {
                let body: JSONValue = ["upstream_usage": .string(csv)]
                return try await fixture.admin(.post, "/admin/v1/reconciliation", body.jsonText)
            }
            let day = fixture.now.dayText
            let same = try await compare("\(header)\n\(day),one,gpt-5.2,900,300,200\n").json
            #expect(same.names == ["ok", "checks", "drift"] && same["ok"] == .bool(true) && same["drift"] == .array([]), "\(same)")
            #expect(same["checks"].items.count > 20)
            let more = try await compare("\(header)\n\(day),one,gpt-5.2,100900,300,150\n").json
            #expect(more["ok"] == .bool(false))
            let drift = try #require(more["drift"].items.first)
            #expect(drift.names == ["date", "upstream", "model", "input", "cached", "output", "usd_drift"])
            #expect(drift["input"] == ["relay": .number("900"), "upstream": .number("100900"), "drift": .number("100000")])
            #expect(drift["output"]["drift"] == .number("-50") && drift["usd_drift"] == .string("0.10"))
            #expect(more["checks"].items.last?["findings"].items.count == 1)
            let bad = try await compare("\(header)\n\(day),one,gpt-5.2,many,300,150\n")
            #expect(bad.refusal == "400 invalid_request upstream_usage" && bad.text.contains("line 2"))
            #expect(try await fixture.admin(.post, "/admin/v1/reconciliation", "{}").refusal == "400 invalid_request upstream_usage")
        }
    }

    @Test("Reconciliation names every check and finds nothing in sound books")
    func reconciliation() async throws {
        try await ConsoleFixture.run { fixture in
            let (_, secret) = try await fixture.paidAccount()
            _ = await fixture.hold(secret, number: 1)
            let report = try await fixture.admin(.get, "/admin/v1/reconciliation")
            #expect(report.json.names == ["ok", "checks"])
            #expect(report.json["ok"] == .bool(true))
            let checks = report.json["checks"].items
            #expect(checks.count > 10)
            for check in checks {
                #expect(check.names == ["name", "ok", "examined", "findings"])
                #expect(check["ok"] == .bool(true) && check["findings"] == .array([]), "\(check)")
            }
        }
    }

    @Test("A refusal is one line in the log, an answer is none, and no line holds a secret")
    func logging() async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            #expect(fixture.lines.refusals.isEmpty)
            _ = try await fixture.admin(.post, "/admin/v1/accounts", "{")
            #expect(
                fixture.lines.refusals == ["info a request was refused code=invalid_json method=POST route=/admin/v1/accounts status=400"])
            let pasted = try await fixture.admin(.post, "/admin/v1/keys/\(secret)/revoke")
            #expect(pasted.status == 404 && !pasted.text.contains(secret))
            _ = try await fixture.customer(.get, "/v1/models/\(secret)", key: secret)
            _ = try await fixture.customer(.get, "/v1/\(secret)?key=\(secret)")
            _ = try await fixture.admin(.get, "/admin/v1/accounts?account=\(account)", token: secret)
            #expect(fixture.lines.refusals.count == 5)
            #expect(!fixture.lines.all.contains { $0.contains(secret) || $0.contains(ConsoleFixture.adminToken) })
        }
    }

    @Test(
        "Books that cannot be read are a 5xx that says no more than it must, and one error in the log that does",
        arguments: [(.unavailable, "503 ledger_unavailable", "5"), (.corrupt, "500 internal_error", nil)]
            as [(StoreFailure.Kind, String, String?)])
    func unreadable(kind: StoreFailure.Kind, refusal: String, retryAfter: String?) async throws {
        try await ConsoleFixture.run { fixture in
            let path = "/admin/v1/accounts/\(AccountID(high: 1, low: 1))"
            let answer = try await fixture.admin(.get, path, reading: BrokenSource(kind: kind))
            #expect(answer.refusal == refusal)
            #expect(answer.header("retry-after") == retryAfter)
            #expect(!answer.text.contains("relay.db"))
            #expect(fixture.lines.refusals.count == 1)
            #expect(fixture.lines.refusals.allSatisfy { $0.hasPrefix("error ") && $0.contains("disk I/O error") })
        }
    }

    @Test("A ledger that stops refuses what would change it")
    func stopping() async throws {
        try await ConsoleFixture.run { fixture in
            await fixture.writer.stop()
            let answer = try await fixture.admin(.post, "/admin/v1/accounts", #"{"email":"c@d"}"#)
            #expect(answer.refusal == "503 draining")
            #expect(answer.header("retry-after") == "5")
        }
    }
}
