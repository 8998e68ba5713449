import Foundation
import Hummingbird
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("Pages behind the sign-in")
struct ConsolePageTests {
    private func signedIn(_ fixture: ConsoleFixture, _ email: String) async throws -> Browser {
        let browser = Browser(fixture)
        #expect(try await browser.signIn(email, ConsoleFixture.password).status == 303)
        return browser
    }

    @Test("Passwords travel over TLS, or do not leave the machine: what a proxy passed on has come from elsewhere")
    func privacy() async throws {
        try await ConsoleFixture.run { fixture in
            let browser = Browser(fixture)
            let own = try await browser.get("/login")
            #expect(own.status == 200)
            browser.headers["nexrelay-passed-on"] = "true"
            #expect(try await browser.get("/login").status == 403)
            #expect(try await Browser(fixture, from: "203.0.113.9").get("/login").status == 403)
            #expect(try await Browser(fixture, from: "203.0.113.9", isSecure: true).get("/login").status == 200)
        }
    }

    /// Every form of the console, and somebody for whom it is open.
    private static let forms = [
        "/login", "/login/code", "/logout", "/signup", "/password", "/console/security/password", "/console/security/codes",
        "/console/security/codes/confirm", "/console/security/codes/off", "/console/security/codes/recovery",
        "/console/security/sessions/end", "/console/security/sessions/end-all",
    ]

    @Test("No form is taken without its secret, with another's, or from another site")
    func forgery() async throws {
        try await ConsoleFixture.run { fixture in
            fixture.isSignUpOpen = true
            let email = try await fixture.customerWithPassword().email
            let table = CustomerRoutes.table(
                ledger: LedgerAccess(
                    reader: fixture.reader, writer: fixture.writer, now: { fixture.now }, hashSecret: ConsoleFixture.hash,
                    webhooks: fixture.webhooks),
                people: fixture.people, facts: ConsoleFixture.facts, version: "1", logger: fixture.logger)
            let posts = table.routes.filter { $0.method == .post && !$0.pattern.hasPrefix("/v1/") }.map(\.pattern)
            #expect(Set(posts) == Set(Self.forms))

            let other = try await signedIn(fixture, email)
            try await other.get("/console/security")
            let foreign = other.formSecret
            #expect(foreign.count == 64)
            let sessions = try await fixture.store.read { try $0.rows(SQLStatement("SELECT count(*) FROM sessions")) { $0.integer(0) }[0] }
            for path in Self.forms where path != "/login/code" && path != "/password" {
                let stranger = ["/login", "/signup"].contains(path)
                let browser = stranger ? Browser(fixture) : try await signedIn(fixture, email)
                try await browser.get(stranger ? "/login" : "/console/security")
                let fields = [
                    "email": "eve@example.org", "password": ConsoleFixture.password, "new": "another-secret-9",
                    "repeated": "another-secret-9",
                ]
                for form in ["", foreign, String(browser.formSecret.dropLast()), browser.formSecret.uppercased()] {
                    #expect(try await browser.post(path, fields, form: form).status == 403, "\(path) \(form)")
                    try await browser.get(stranger ? "/login" : "/console/security")
                }
                for (name, value) in [
                    ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"),
                    ("origin", "null"),
                ] {
                    try await browser.get(stranger ? "/login" : "/console/security")
                    browser.headers[name] = value
                    #expect(try await browser.post(path, fields).status == 403, "\(path) \(name) \(value)")
                    browser.headers[name] = nil
                }
                // Nor with the secret and without the cookie that it belongs to.
                if stranger {
                    try await browser.get("/login")
                    browser.cookies = [:]
                    #expect(try await browser.post(path, fields).status == 403)
                }
            }
            let left = try await fixture.store.read { try $0.rows(SQLStatement("SELECT count(*) FROM sessions")) { $0.integer(0) }[0] }
            #expect(left == sessions + 8, "a session was ended or opened by a form that was refused")
        }
    }

    @Test("Forms are bounded, and are nothing else")
    func malformed() async throws {
        try await ConsoleFixture.run { fixture in
            let browser = Browser(fixture)
            try await browser.get("/login")
            let form = "form=" + browser.formSecret
            let many = (1...64).map { "f\($0)=1" }.joined(separator: "&")
            for (body, status) in [
                (form + "&email=" + String(repeating: "a", count: 17_000), 413), (form + "&" + many, 400), (form + "&email=%zz", 400),
                (form + "&email=%ff", 400), (form + "&email=a&email=b", 400), (form + "&email=a&password=b", 422), ("", 403),
            ] {
                #expect(try await browser.send(.post, "/login", body).status == status, "\(body.prefix(90))")
            }
            browser.headers["content-type"] = "application/json"
            #expect(try await browser.send(.post, "/login", "{}").status == 415)
        }
    }

    @Test("A session ends by its age, by a sign-out, one by one, all at once, and when the password changes")
    func endings() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            let start = fixture.now
            let idle = try await signedIn(fixture, email)
            let busy = try await signedIn(fixture, email)
            for hours in stride(from: 11 as Int64, to: 14 * 24, by: 11) {
                fixture.now = start.adding(milliseconds: hours * 3_600_000)
                #expect(try await busy.get("/console").status == 200)
                // Eleven hours are no pause that ends a session; twenty-two are.
                if hours == 33 { #expect(try await idle.get("/console").status == 303) }
            }
            fixture.now = start.adding(milliseconds: 14 * 86_400_000)
            #expect(try await busy.get("/console").status == 303)

            let (one, two, three) = (
                try await signedIn(fixture, email), try await signedIn(fixture, email), try await signedIn(fixture, email)
            )
            try await one.get("/console/security")
            #expect(one.page.components(separatedBy: "name=\"session\"").count - 1 == 3)
            let id = Browser.value(of: "session", in: one.page)
            #expect(try await one.post("/console/security/sessions/end", ["session": id]).status == 303)
            var open = 0
            for browser in [one, two, three] { open += try await browser.get("/console").status == 200 ? 1 : 0 }
            #expect(open == 2)

            let (four, five) = (try await signedIn(fixture, email), try await signedIn(fixture, email))
            try await four.get("/console")
            #expect(try await four.post("/logout").location == "/login")
            #expect(four.cookies["nxr_session"] == nil)
            #expect(try await five.get("/console/security").status == 200)
            let before = try #require(five.cookies["nxr_session"])
            let change = ["password": ConsoleFixture.password, "new": "another-secret-9", "repeated": "another-secret-9"]
            #expect(try await five.post("/console/security/password", change.merging(["password": "wrong"]) { $1 }).status == 422)
            #expect(try await five.post("/console/security/password", change).location == "/console/security")
            for browser in [one, two, three] { #expect(try await browser.get("/console").status == 303) }
            #expect(five.cookies["nxr_session"] != before)
            #expect(try await five.get("/console/security").status == 200)
            let six = Browser(fixture)
            #expect(try await six.signIn(email, ConsoleFixture.password).status == 422)
            #expect(try await six.signIn(email, "another-secret-9").status == 303)
            try await six.get("/console/security")
            #expect(try await six.post("/console/security/sessions/end-all").location == "/login")
            #expect(try await five.get("/console").status == 303)
        }
    }

    @Test("With codes on, the password is not enough, and each code is good once")
    func codes() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            let browser = try await signedIn(fixture, email)
            let bystander = try await signedIn(fixture, email)
            try await browser.get("/console/security")
            #expect(try await browser.post("/console/security/codes", ["password": "wrong"]).status == 422)
            #expect(
                try await browser.post("/console/security/codes", ["password": ConsoleFixture.password]).location
                    == "/console/security/codes")
            let offer = try await browser.get("/console/security/codes")
            #expect(offer.text.contains("<svg") && offer.header("content-security-policy")?.contains("script") == false)
            let text = try #require(offer.text.firstRange(of: "<dt>Secret</dt><dd><code>")).upperBound
            let shown = String(offer.text[text...].prefix { $0 != "<" })
            let person = try #require(try await fixture.people.person(email: email))
            let secret = try #require(fixture.people.offeredCodes(of: person))
            #expect(secret.text == shown && shown.count == 32)
            func code(_ offset: Int64 = 0) -> String { secret.code(of: TimeCode.step(at: fixture.now) + offset) }

            #expect(try await browser.post("/console/security/codes/confirm", ["code": code(5)]).status == 422)
            let before = browser.cookies["nxr_session"]
            let codes = try await browser.post("/console/security/codes/confirm", ["code": code()])
            #expect(codes.status == 200 && browser.cookies["nxr_session"] != before)
            let recovery = codes.text.components(separatedBy: "<li><code>").dropFirst().map { String($0.prefix { $0 != "<" }) }
            #expect(recovery.count == 10 && Set(recovery).count == 10)
            #expect(try await browser.get("/console").status == 200)
            #expect(try await bystander.get("/console").status == 303)

            // What turned them on is spent.
            let second = Browser(fixture)
            #expect(
                try await second.signIn(email, ConsoleFixture.password, next: "/console/security").location
                    == "/login/code?next=/console/security")
            for path in ["/console", "/console/security", "/operator"] { #expect(try await second.get(path).location == "/login/code") }
            #expect(try await second.get("/password").location == "/login")
            try await second.get("/login/code?next=/console/security")
            #expect(try await second.post("/login/code", ["code": code()]).status == 422)
            let half = second.cookies["nxr_session"]
            #expect(try await second.post("/login/code", ["code": code(1), "next": "/console/security"]).location == "/console/security")
            #expect(second.cookies["nxr_session"] != half)
            #expect(try await second.get("/console").status == 200)

            for (text, status) in [(code(1), 422), (recovery[3].uppercased(), 303), (recovery[3], 422), ("aaaaa-aaaaa", 422)] {
                let third = Browser(fixture)
                #expect(try await third.signIn(email, ConsoleFixture.password).location == "/login/code")
                try await third.get("/login/code")
                #expect(try await third.post("/login/code", ["code": text]).status == status, "\(text)")
            }
            // Guesses are bounded however many sign-ins they are spread over.
            var last: Answer?
            for _ in 1...6 {
                let guesser = Browser(fixture)
                try await guesser.signIn(email, ConsoleFixture.password)
                try await guesser.get("/login/code")
                last = try await guesser.post("/login/code", ["code": "000000"])
            }
            #expect(last?.status == 429 && last?.header("retry-after") != nil)

            try await second.get("/console/security")
            #expect(second.page.contains("9 recovery codes are left"))
            #expect(try await second.post("/console/security/codes/off", ["password": ConsoleFixture.password]).status == 303)
            #expect(try await Browser(fixture).signIn(email, ConsoleFixture.password).location == "/console")
        }
    }

    @Test("Codes are those of RFC 6238")
    func vectors() {
        let secret = CodeSecret(bytes: Array("12345678901234567890".utf8))
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
            as [(Int64, String)]
        {
            #expect(secret.code(of: TimeCode.step(at: Timestamp(milliseconds: seconds * 1_000))) == code)
        }
        #expect(secret.text == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(secret.uri(for: "a b@c").hasPrefix("otpauth://totp/NexRelay:a%20b%40c?secret=GEZD"))
    }

    @Test("To a customer there is no page for operators, and an operator has no account")
    func roles() async throws {
        try await ConsoleFixture.run { fixture in
            let customer = try await signedIn(fixture, try await fixture.customerWithPassword().email)
            let hidden = try await customer.get("/operator")
            let nothing = try await customer.get("/nothing")
            #expect(hidden.status == 404 && hidden.text == nothing.text)
            let browser = Browser(fixture)
            #expect(try await browser.signIn(try await fixture.operatorWithPassword(), ConsoleFixture.password).location == "/operator")
            #expect(try await browser.get("/operator").text.contains("olga@example.org"))
            #expect(try await browser.get("/console").location == "/operator")
            let people = try await fixture.admin(.get, "/admin/v1/operators").json["data"].items
            #expect(people.map { $0["email"].string } == ["olga@example.org"] && people[0]["password"].string.isEmpty)
            let id = people[0]["id"].string
            #expect(try await fixture.admin(.post, "/admin/v1/operators/\(id)/disable").json["state"].string == "disabled")
            #expect(try await browser.get("/operator").status == 303)
            #expect(try await Browser(fixture).signIn("olga@example.org", ConsoleFixture.password).status == 422)
            let given = try await fixture.admin(.post, "/admin/v1/operators/\(id)/password").json
            #expect(given["state"].string == "active")
            #expect(try await Browser(fixture).signIn("olga@example.org", given["password"].string).status == 303)
            #expect(
                try await fixture.admin(.post, "/admin/v1/operators", "{\"email\":\"Olga@example.org\"}").refusal == "409 conflict email")
        }
    }

    @Test("What people write is text on every page, and nothing is kept or logged that opens anything")
    func injection() async throws {
        try await ConsoleFixture.run { fixture in
            fixture.isSignUpOpen = true
            let attack = "<script>alert('x')</script>\"><img src=x>"
            let browser = Browser(fixture)
            try await browser.get("/login")
            let answers = [
                try await browser.post("/login", ["email": attack, "password": attack, "next": "/" + attack]),
                try await browser.get("/signup"),
                try await browser.post("/signup", ["email": attack + "@b", "name": attack, "password": "short"]),
            ]
            for answer in answers { #expect(!answer.text.contains("<script") && !answer.text.contains("<img")) }
            #expect(answers[0].text.contains("&lt;script&gt;"))
            browser.headers["user-agent"] = attack
            let email = "<b>@example.org"
            #expect(try await browser.post("/signup", ["email": email, "name": attack, "password": ConsoleFixture.password]).status == 303)
            for path in ["/console", "/console/security"] {
                let answer = try await browser.get(path)
                #expect(
                    answer.status == 200 && !answer.text.contains("<script") && !answer.text.contains("<img")
                        && !answer.text.contains("<b>@"))
                let policy = try #require(answer.header("content-security-policy"))
                #expect(
                    policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
                        && policy.contains("form-action 'self'"))
                #expect(!policy.contains("unsafe") && answer.header("x-content-type-options") == "nosniff")
                #expect(answer.header("cache-control") == "no-store")
            }
            let session = try #require(browser.cookies["nxr_session"])
            for line in fixture.lines.all { #expect(!line.contains(session) && !line.contains(ConsoleFixture.password)) }
        }
    }
}
