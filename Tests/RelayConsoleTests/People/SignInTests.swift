import Hummingbird
import RelayDomain
import RelayStore
import RelayStoreSQLite
import RelayTestKit
import Testing

@testable import RelayConsole

@Suite("Signing in")
struct SignInTests {
    @Test("A given password is good once, to choose another one, and the console opens behind it")
    func firstTime() async throws {
        try await ConsoleFixture.run { fixture in
            let account = try await fixture.paidAccount().id
            let given = try await fixture.admin(.post, "/admin/v1/accounts/\(account)/password").json
            #expect(given["role"].string == "customer" && given["account"].string == account && given["email"].string == "ann@example.org")
            let browser = Browser(fixture)
            #expect(try await browser.get("/console").location == "/login?next=/console")
            #expect(try await browser.signIn("Ann@Example.org ", given["password"].string).location == "/console")
            for path in ["/console", "/console/security", "/operator"] {
                let answer = try await browser.get(path)
                #expect(answer.status == 303 && answer.location == "/password", "\(path)")
            }
            try await browser.get("/password")
            for (new, repeated) in [("short", "short"), ("correct-battery-41", "other"), ("ann@example.org", "ann@example.org")] {
                let answer = try await browser.post("/password", ["new": new, "repeated": repeated])
                #expect(answer.status == 422 && answer.text.contains("role=\"alert\""))
            }
            // The first sign-in has spent it.
            #expect(try await Browser(fixture).signIn("ann@example.org", given["password"].string).status == 422)
            let before = browser.cookies["nxr_session"]
            #expect(
                try await browser.post("/password", ["new": ConsoleFixture.password, "repeated": ConsoleFixture.password]).status == 303)
            #expect(browser.cookies["nxr_session"] != before)
            let overview = try await browser.get("/console")
            #expect(overview.status == 200 && overview.text.contains("29,000,000") && overview.text.contains("18,000,000"))
            #expect(overview.text.contains("ann@example.org") && overview.text.contains("<meter"))
            #expect(try await Browser(fixture).signIn("ann@example.org", ConsoleFixture.password).location == "/console")
        }
    }

    @Test("Whoever is refused sees the same and costs the same, whether the address is known or not")
    func enumeration() async throws {
        try await ConsoleFixture.run { fixture in
            let known = try await fixture.customerWithPassword().email
            var answers: [(Int, String, HTTPFields)] = []
            for email in [known, "nobody@example.org", "no address"] {
                let browser = Browser(fixture, from: "127.0.0.1")
                try await browser.get("/login")
                let before = fixture.passwords.runs
                let answer = try await browser.post("/login", ["email": email, "password": "wrong-password"])
                #expect(fixture.passwords.runs - before == 1, "\(email)")
                let text = answer.text.replacing(email, with: "E").replacing(browser.formSecret, with: "F")
                answers.append((answer.status, text, answer.headers))
            }
            #expect(answers.allSatisfy { $0 == 422 && $1 == answers[0].1 && $2[.setCookie] == nil && $2[.location] == nil })
            // Past the bound, too: the same text, and when to come back.
            for email in [known, "nobody@example.org"] {
                var last: Answer?
                for _ in 1...11 {
                    let browser = Browser(fixture, from: "127.0.0.\(answers.count)")
                    try await browser.get("/login")
                    last = try await browser.post("/login", ["email": email, "password": "wrong-password"])
                    answers.append((0, "", [:]))
                    if last?.status == 429 {
                        #expect(last?.text.replacing(email, with: "E").replacing(browser.formSecret, with: "F") == answers[0].1)
                    }
                }
                #expect(last?.status == 429 && last?.header("retry-after") == "900")
            }
        }
    }

    @Test("Attempts count on all nodes together: the right password is refused past the bound, and taken when the wait is over")
    func throttling() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            // Another node's desk over the same books.
            let other = LedgerWriter(ledger: fixture.writer.ledger, logger: fixture.logger)
            other.start(on: NodeSession(alone: fixture.store.writerSession()))
            let desks = [fixture.people, fixture.people(on: other)]
            for attempt in 0..<10 {
                let place = SignInPlace(address: NetworkAddress("198.51.100.\(attempt)"), agent: nil)
                guard case .refused(nil) = try await desks[attempt % 2].signIn(email: email, password: "wrong-password", from: place) else {
                    Issue.record("attempt \(attempt)")
                    continue
                }
            }
            let elsewhere = SignInPlace(address: NetworkAddress("198.51.100.99"), agent: nil)
            for desk in desks {
                let before = fixture.passwords.runs
                guard case .refused(let wait?) = try await desk.signIn(email: email, password: ConsoleFixture.password, from: elsewhere)
                else {
                    Issue.record("not refused")
                    continue
                }
                #expect(wait == 900 && fixture.passwords.runs == before)
            }
            fixture.now = fixture.now.adding(milliseconds: 900_000)
            guard case .opened = try await desks[1].signIn(email: email, password: ConsoleFixture.password, from: elsewhere) else {
                Issue.record("not let in")
                return
            }
            await other.stop()
        }
    }

    @Test("One place is bounded over all addresses, and in version 6 a /64 is one place")
    func places() async throws {
        try await ConsoleFixture.run { fixture in
            for attempt in 0..<40 {
                let place = SignInPlace(address: NetworkAddress("2001:db8::\(attempt + 1)"), agent: nil)
                guard case .refused(nil) = try await fixture.people.signIn(email: "\(attempt)@b", password: "wrong", from: place) else {
                    Issue.record("attempt \(attempt)")
                    continue
                }
            }
            for (address, isRefused) in [("2001:db8::ffff", true), ("2001:db8:0:1::1", false)] {
                let place = SignInPlace(address: NetworkAddress(address), agent: nil)
                guard case .refused(let wait) = try await fixture.people.signIn(email: "z@b", password: "wrong", from: place) else {
                    return
                }
                #expect((wait != nil) == isRefused)
            }
        }
    }

    @Test("A session that came from outside is never adopted, and a sign-in changes the secret")
    func fixation() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            let browser = Browser(fixture)
            let planted = String(repeating: "ab", count: 32)
            browser.cookies["nxr_session"] = planted
            #expect(try await browser.get("/console").status == 303)
            try await browser.signIn(email, ConsoleFixture.password)
            let first = try #require(browser.cookies["nxr_session"])
            #expect(first != planted)
            browser.cookies["nxr_session"] = planted
            #expect(try await browser.get("/console").status == 303)
            // Two cookies of the name: nobody knows which was set here.
            browser.cookies = ["nxr_session": first + "; nxr_session=" + planted]
            #expect(try await browser.get("/console").status == 303)
            browser.cookies = ["nxr_session": first]
            #expect(try await browser.get("/console").status == 200)
            // What is kept of it opens nothing.
            let kept = try await fixture.store.read {
                try $0.rows(SQLStatement("SELECT hex(hash) FROM sessions")) { $0.text(0).lowercased() }
            }
            #expect(!kept.isEmpty && !kept.contains(first))
            for hash in kept {
                browser.cookies = ["nxr_session": hash]
                #expect(try await browser.get("/console").status == 303)
            }
        }
    }

    @Test("Cookies are for this host, out of reach of scripts, and over TLS for nothing else")
    func cookieFlags() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            for isSecure in [false, true] {
                let browser = Browser(fixture, from: isSecure ? "192.0.2.1" : "127.0.0.1", isSecure: isSecure)
                let prefix = isSecure ? "__Host-" : ""
                try await browser.get("/login")
                #expect(browser.lastSet.count == 1 && browser.lastSet[0].hasPrefix(prefix + "nxr_form="))
                try await browser.signIn(email, ConsoleFixture.password)
                let session = try #require(browser.lastSet.first { $0.hasPrefix(prefix + "nxr_session=") })
                #expect(session.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600" + (isSecure ? "; Secure" : "")))
                #expect(!session.contains("Domain"))
                #expect(try await browser.get("/console").status == 200)
                // The name without the prefix counts for nothing over TLS.
                browser.cookies = [isSecure ? "nxr_session" : "__Host-nxr_session": browser.cookies[prefix + "nxr_session"] ?? ""]
                #expect(try await browser.get("/console").status == 303)
            }
        }
    }

    @Test("Passwords are not taken over a connection that others may read")
    func plainText() async throws {
        try await ConsoleFixture.run { fixture in
            let browser = Browser(fixture, from: "192.0.2.1")
            for path in ["/login", "/signup", "/console", "/password"] {
                let answer = try await browser.get(path)
                #expect(answer.status == 403 && answer.text.contains("HTTPS") && browser.lastSet.isEmpty)
            }
        }
    }

    @Test("Nobody is sent to another host after the sign-in")
    func openRedirects() async throws {
        try await ConsoleFixture.run { fixture in
            let email = try await fixture.customerWithPassword().email
            let targets = [
                ("/console/security", "/console/security"), ("//evil.example", "/console"), ("/\\evil.example", "/console"),
                ("https://evil.example", "/console"), ("/%09/evil.example", "/%09/evil.example"), ("javascript:alert(1)", "/console"),
            ]
            for (next, expected) in targets {
                #expect(try await Browser(fixture).signIn(email, ConsoleFixture.password, next: next).location == expected)
            }
            // Decoded once, by the query.
            let browser = Browser(fixture)
            try await browser.get("/login?next=%2F%2Fevil.example")
            #expect(Browser.value(of: "next", in: browser.page).isEmpty)
        }
    }

    @Test("Sign-up is closed unless the operator opens it; then it opens an account and lets its person in at once")
    func signUp() async throws {
        try await ConsoleFixture.run { fixture in
            let browser = Browser(fixture)
            let closed = try await browser.get("/signup")
            #expect(closed.status == 200 && closed.text.contains("Ask them") && !closed.text.contains("<form"))
            let form = Browser(fixture)
            try await form.get("/login")
            let fields = ["email": "Bob@Example.org", "name": "Bob", "password": ConsoleFixture.password]
            #expect(try await form.post("/signup", fields).status == 403)
            #expect(try await fixture.admin(.get, "/admin/v1/accounts").json["data"].items.isEmpty)

            fixture.isSignUpOpen = true
            try await form.get("/signup")
            for (field, value) in [("password", "short"), ("email", "nowhere"), ("name", "a\u{7}"), ("password", "bob@example.org")] {
                let answer = try await form.post("/signup", fields.merging([field: value]) { $1 })
                #expect(answer.status == 422, "\(field)")
            }
            #expect(try await form.post("/signup", fields).location == "/console")
            #expect(try await form.get("/console").text.contains("no plan yet"))
            let account = try await fixture.admin(.get, "/admin/v1/accounts").json["data"].items
            #expect(account.map { $0["email"].string } == ["bob@example.org"] && account[0]["name"].string == "Bob")
            // An account that the operator has opened is not handed to whoever names its address.
            _ = try await fixture.paidAccount("ann@example.org")
            for email in ["bob@example.org", "ann@example.org"] {
                let other = Browser(fixture)
                try await other.get("/signup")
                let answer = try await other.post("/signup", fields.merging(["email": email]) { $1 })
                #expect(answer.status == 422 && answer.text.contains("cannot be used") && other.cookies["nxr_session"] == nil)
            }
            #expect(try await fixture.admin(.get, "/admin/v1/accounts").json["data"].items.count == 2)
            let stranger = Browser(fixture)
            var last: Answer?
            for number in 1...10 {
                try await stranger.get("/signup")
                last = try await stranger.post("/signup", fields.merging(["email": "n\(number)@example.org"]) { $1 })
                stranger.cookies = [:]
            }
            #expect(last?.status == 429 && last?.header("retry-after") != nil)
        }
    }
}
