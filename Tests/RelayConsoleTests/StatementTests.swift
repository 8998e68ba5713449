import Crypto
import Foundation
import Hummingbird
import RelayDomain
import RelayTestKit
import Testing

@testable import RelayConsole
@testable import RelayStore

@Suite("Statements")
struct StatementTests {
    private static let december = Timestamp(rfc3339: "2026-12-01T00:00:00Z")!

    /// An account with a recharge in November, and in December a request, and an adjustment below zero.
    private func run(
        name: String = "Ann", note: String = "x", _ test: (ConsoleFixture, _ account: String, _ secret: String) async throws -> Void
    ) async throws {
        try await ConsoleFixture.run { fixture in
            let (account, secret) = try await fixture.paidAccount()
            fixture.now = Self.december
            let hold = await fixture.hold(secret, number: 1)!
            fixture.now = fixture.now.adding(milliseconds: 900)
            await fixture.end(hold, .settle(ReportedUsage(prompt: 1_000, cached: 5, completion: 1).usage))
            let body = JSONValue.object([.init(name: "credits", value: .number("-1.25")), .init(name: "reason", value: .string(note))])
            #expect(try await fixture.admin(.post, "/admin/v1/wallets/\(account)/adjust", body.jsonText).status == 200)
            try await fixture.writer.run { session in
                try session.execute(SQLStatement("UPDATE accounts SET name = $1")) { $0.append(name) }
            }
            try await test(fixture, account, secret)
        }
    }

    @Test("Customers and the operator are given the same, as JSON, as a table and as a page")
    func same() async throws {
        try await run { fixture, account, secret in
            for path in ["", "/2026-11", "/2026-12", "/2026-11.csv", "/2026-12.csv", "/2026-11.html", "/2026-12.html"] {
                let own = try await fixture.customer(.get, "/v1/statements" + path, key: secret)
                let operators = try await fixture.admin(.get, "/admin/v1/wallets/\(account)/statements" + path)
                #expect(own.status == 200 && own.text == operators.text, "\(path)")
                #expect(own.header("cache-control") == "no-store")
                #expect(try await fixture.customer(.head, "/v1/statements" + path, key: secret).text == "")
            }
            let statement = try await fixture.customer(.get, "/v1/statements/2026-12", key: secret)
            #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)/statement").text == statement.text)
            #expect(statement.json["open"] == .bool(true) && statement.json["as_of"] == .string("2026-12-01T00:00:00.900Z"))
            #expect(statement.json["entries"].items.map { $0["note"] } == [.null, .string("x")])
        }
    }

    @Test("Months are listed newest first, each opening as the one before has closed")
    func months() async throws {
        try await run { fixture, account, secret in
            fixture.now = Timestamp(rfc3339: "2027-02-03T00:00:00Z")!
            let list = try await fixture.customer(.get, "/v1/statements?limit=3", key: secret).json
            #expect(
                list["data"].items.first?.jsonText == """
                    {"month":"2027-02","open":true,"opening_credits":28999002.25,"opening_usd":"28.9990","closing_credits":28999002.25,\
                    "closing_usd":"28.9990"}
                    """)
            #expect(list["data"].items.map { $0["month"].string } == ["2027-02", "2027-01", "2026-12"])
            #expect(list["has_more"] == .bool(true) && list["next"] == .string("2026-12"))
            let rest = try await fixture.customer(.get, "/v1/statements?cursor=2026-12", key: secret).json
            #expect(rest["data"].items.map { $0["month"].string } == ["2026-11"] && rest["next"] == .null)
            #expect(rest["data"].items[0]["opening_credits"] == .number("0"))
            let all = list["data"].items + rest["data"].items
            for (later, earlier) in zip(all, all.dropFirst()) { #expect(later["opening_credits"] == earlier["closing_credits"]) }
            for (query, fault) in [("cursor=x", "cursor"), ("limit=0", "limit"), ("month=2026-11", "month")] {
                #expect(try await fixture.customer(.get, "/v1/statements?" + query, key: secret).refusal == "400 invalid_request \(fault)")
            }
            #expect(try await fixture.customer(.get, "/v1/statements?cursor=2026-11", key: secret).json["data"] == .array([]))
        }
    }

    @Test("A table begins with its opening and ends with its closing balance, and leads from one to the other")
    func sheet() async throws {
        try await run { fixture, account, secret in
            let answer = try await fixture.customer(.get, "/v1/statements/2026-12.csv", key: secret)
            #expect(answer.header("content-type") == "text/csv; charset=utf-8; header=present")
            #expect(answer.header("content-disposition") == "attachment; filename=\"nexrelay-\(account)-2026-12.csv\"")
            let lines = answer.text.components(separatedBy: "\r\n")
            #expect(lines[0] == "at,kind,credits,balance_after_credits,reference,note,order,network,transaction")
            #expect(lines[1] == "2026-12-01T00:00:00.000Z,opening,0,29000000,,,,,")
            #expect(lines[2].hasPrefix("2026-12-01T00:00:00.900Z,charge,-996.5,28999003.5,req_") && lines[2].hasSuffix(":settle,,,,"))
            #expect(lines[3].hasPrefix("2026-12-01T00:00:00.900Z,adjustment,-1.25,28999002.25,adj_") && lines[3].hasSuffix(",x,,,"))
            #expect(
                lines[4] == "2026-12-01T00:00:00.900Z,closing,0,28999002.25,,\"so far, at 2026-12-01T00:00:00.900Z\",,,")
            #expect(lines.count == 6 && lines[5].isEmpty)
            let november = try await fixture.customer(.get, "/v1/statements/2026-11.csv", key: secret).text
            #expect(november.contains("\r\n2026-12-01T00:00:00.000Z,closing,0,29000000,,,,,\r\n"))
            #expect(november.contains(",bank,rch_"))
        }
    }

    @Test(
        "No cell is a formula, and quotes, commas and lines stay in their cell",
        arguments: [
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("\r\nx", "\"'\r\nx\""), ("＝1", "'＝1"), ("a,b", "\"a,b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("a=1", "a=1"), ("", ""), ("=\u{301}1", "'=\u{301}1"), ("x\"\u{301}", "\"x\"\"\u{301}\""), ("1,\u{301}", "\"1,\u{301}\""),
        ])
    func formulas(text: String, cell: String) {
        #expect(CSVRow.text([.plain("-1.5"), .text(text)]) == "-1.5,\(cell)\r\n")
    }

    @Test("A formula in a note is text in the table")
    func formulaInNote() async throws {
        try await run(note: "=1+1") { fixture, account, secret in
            let sheet = try await fixture.customer(.get, "/v1/statements/2026-12.csv", key: secret)
            #expect(sheet.text.contains(",'=1+1,"))
            let statement = try await fixture.customer(.get, "/v1/statements/2026-12", key: secret)
            #expect(statement.json["entries"].items.last?["note"] == .string("=1+1"))
        }
    }

    @Test("A page tells the whole month, runs nothing and loads nothing")
    func page() async throws {
        try await run { fixture, account, secret in
            let answer = try await fixture.customer(.get, "/v1/statements/2026-12.html", key: secret)
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.header("x-content-type-options") == "nosniff" && answer.header("referrer-policy") == "no-referrer")
            let style = try #require(answer.text.components(separatedBy: "<style>").last?.components(separatedBy: "</style>").first)
            let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
            #expect(
                answer.header("content-security-policy")
                    == "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            #expect(!answer.text.contains("style=") && !answer.text.contains("<script") && !answer.text.contains("http"))
            for text in [
                "<html lang=\"en\">", "Statement for 2026-12", "so far, at <time datetime=\"2026-12-01T00:00:00.900Z\">2026-12-01 00:00:00",
                "<dd>Ann</dd>", "ann@example.org", account, "2026-12-01 to 2026-12-31, UTC", "1,000,000 credits = $1", "29,000,000",
                "-996.5", "-0.0010", "-1.25", "Balance so far", "28,999,002.25", "28.9990", "Requests by day", "Requests by model",
                "gpt-5.2",
                "995", "independent third-party gateway",
            ] {
                #expect(answer.text.contains(text), "\(text)")
            }
            #expect(answer.text.components(separatedBy: "<caption>").count == answer.text.components(separatedBy: "<table>").count)
            let november = try await fixture.customer(.get, "/v1/statements/2026-11.html", key: secret).text
            #expect(november.contains("Closing balance") && !november.contains("so far"))
            #expect(november.contains("Order: rch_") && november.contains("Note: bank") && november.contains("+29,000,000"))
            #expect(november.contains("No request was charged"))
        }
    }

    @Test(
        "Nothing that others wrote becomes a part of the page",
        arguments: [
            "<script>alert(1)</script>", "\u{600}<script>alert(1)</script>", "<\u{338}img src=x>", "\"><img src=x onerror=alert(1)>",
            "'\u{301} onload='x", "{{email}}", "{{{title}}}", "</style><script>", "&lt;b&gt;",
        ])
    func escaping(text: String) async throws {
        try await run(name: text, note: text) { fixture, _, secret in
            let page = try await fixture.customer(.get, "/v1/statements/2026-12.html", key: secret).text
            var escaped = ""
            for scalar in text.unicodeScalars {
                let replacement = ["<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;"][String(scalar)]
                escaped += replacement ?? String(scalar)
            }
            let bytes = Array(page.utf8)
            for expected in ["<dd>\(escaped)</dd>", "Note: \(escaped)</span>"] {
                #expect(bytes.firstRange(of: Array(expected.utf8)) != nil, "\(expected)")
            }
            for tag in ["<script", "<img", "<\u{338}"] { #expect(bytes.firstRange(of: Array(tag.utf8)) == nil, "\(tag)") }
        }
    }

    @Test("A month that cannot be read is refused, and so is whoever has no key")
    func refusals() async throws {
        try await run { fixture, account, secret in
            for ending in ["", ".csv", ".html"] {
                for (month, refusal) in [
                    ("2026-13", "400 invalid_request month"), ("2026-1", "400 invalid_request month"), ("x", "400 invalid_request month"),
                    ("2027-01", "404 not_found month"), ("9999-12", "404 not_found month"), ("2026-10", "404 not_found month"),
                    ("1970-01", "404 not_found month"),
                ] {
                    let path = "/\(month)\(ending)"
                    #expect(try await fixture.customer(.get, "/v1/statements" + path, key: secret).refusal == refusal, "\(path)")
                    #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)/statements" + path).refusal == refusal, "\(path)")
                }
                let path = "/v1/statements/2026-11" + ending
                #expect(try await fixture.customer(.get, path).refusal == "401 invalid_api_key")
                #expect(try await fixture.customer(.get, path + "?x=1", key: secret).refusal == "400 invalid_request x")
                let post = try await fixture.customer(.post, path, key: secret)
                #expect(post.refusal == "405 method_not_allowed" && post.header("allow") == "GET, HEAD")
                #expect(try await fixture.admin(.get, "/admin/v1/wallets/\(account)/statements/2026-11" + ending, token: nil).status == 401)
                let unknown = "/admin/v1/wallets/\(AccountID(high: 1, low: 1))/statements/2026-11" + ending
                #expect(try await fixture.admin(.get, unknown).refusal == "404 not_found")
            }
        }
    }

    @Test("A key reads its own account's statements, and a suspended account still reads them")
    func own() async throws {
        try await run { fixture, account, secret in
            let (other, otherSecret) = try await fixture.paidAccount("bob@example.org", plan: "starter")
            for ending in ["", ".csv", ".html"] {
                let text = try await fixture.customer(.get, "/v1/statements/2026-12" + ending, key: otherSecret).text
                #expect(!text.contains(account) && !text.contains("ann@example.org") && !text.contains("996.5"))
                #expect(!text.contains("996.5") && (ending == ".csv" || text.contains(other)))
            }
            #expect(try await fixture.admin(.post, "/admin/v1/accounts/\(account)/suspend", #"{"reason":"x"}"#).status == 200)
            #expect(try await fixture.customer(.get, "/v1/statements", key: secret).status == 200)
            #expect(try await fixture.customer(.get, "/v1/statements/2026-12.html", key: secret).status == 200)
        }
    }

    @Test("A month without entries opens and closes with the same balance")
    func empty() async throws {
        try await run { fixture, _, secret in
            fixture.now = Timestamp(rfc3339: "2027-02-03T00:00:00Z")!
            let statement = try await fixture.customer(.get, "/v1/statements/2027-01", key: secret).json
            #expect(statement["opening_credits"] == statement["closing_credits"] && statement["entries"] == .array([]))
            #expect(statement["opening_credits"] == .number("28999002.25") && statement["open"] == .bool(false))
            let sheet = try await fixture.customer(.get, "/v1/statements/2027-01.csv", key: secret).text
            #expect(sheet.components(separatedBy: "\r\n").count == 4)
            #expect(try await fixture.customer(.get, "/v1/statements/2027-01.html", key: secret).text.contains("Closing balance"))
        }
    }

    @Test("Books that do not add up are told to the operator, and to nobody as a statement")
    func fault() async throws {
        try await run { fixture, account, secret in
            try await fixture.writer.run { session in
                try session.execute(SQLStatement("UPDATE receipts SET charged = charged - 1 WHERE charged > 0"))
            }
            for path in ["/v1/statements/2026-12", "/v1/statements/2026-12.csv", "/v1/statements/2026-12.html"] {
                let answer = try await fixture.customer(.get, path, key: secret)
                #expect(answer.refusal == "500 internal_error" && !answer.text.contains("28999"), "\(answer.text)")
            }
            #expect(fixture.lines.all.filter { $0.contains("does not add up") && $0.contains(account) }.count == 3, "\(fixture.lines.all)")
            #expect(try await fixture.customer(.get, "/v1/statements/2026-11.html", key: secret).status == 200)
        }
    }

    @Test("What goes wrong after an answer has begun breaks it off")
    func brokenOff() async throws {
        try await run { fixture, account, secret in
            // The sums are right; the entry itself is another.
            try await fixture.writer.run { session in
                try session.execute(SQLStatement("DROP TRIGGER transfers_no_update"))
                try session.execute(SQLStatement("UPDATE transfers SET amount = amount - 1 WHERE kind = 'charge'"))
            }
            for ending in ["", ".csv"] {
                await #expect(throws: (any Error).self) {
                    try await fixture.customer(.get, "/v1/statements/2026-12" + ending, key: secret)
                }
            }
            #expect(fixture.lines.all.filter { $0.contains("a statement was broken off") }.count == 2, "\(fixture.lines.all)")
        }
    }

    @Test("Only so many statements are made at a time")
    func turns() async throws {
        let turns = StatementTurns()
        await withTaskGroup(of: Void.self) { group in
            let (gate, open) = AsyncStream<Void>.makeStream()
            let (begun, begin) = AsyncStream<Void>.makeStream()
            for _ in 0..<ConsoleLimits.statementsAtOnce {
                group.addTask {
                    try? await turns.run {
                        begin.yield()
                        for await _ in gate {}
                    }
                }
            }
            var iterator = begun.makeAsyncIterator()
            for _ in 0..<ConsoleLimits.statementsAtOnce { await iterator.next() }
            let refusal = await #expect(throws: Refusal.self) { try await turns.run {} }
            #expect(refusal?.code == .overloaded && refusal?.retryAfterSeconds == 2)
            open.finish()
            await group.waitForAll()
            await #expect(throws: Never.self) { try await turns.run {} }
        }
    }
}
