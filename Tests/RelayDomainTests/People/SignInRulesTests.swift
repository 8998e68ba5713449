import RelayDomain
import Testing

@Suite struct SignInRulesTests {
    private static let start = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!

    private func session(_ stage: SignInSession.Stage = .full, seenAfter seen: Int64 = 0) -> SignInSession {
        SignInSession(
            id: SessionID(high: 1, low: 1), person: PersonID(high: 1, low: 1), stage: stage, createdAt: Self.start,
            seenAt: Self.start.adding(milliseconds: seen), address: nil, agent: nil)
    }

    private func after(hours: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
        Self.start.adding(milliseconds: hours * 3_600_000 + milliseconds)
    }

    @Test("A session ends after 12 hours without a request, after 14 days in any case, and after 10 minutes without a code")
    func sessions() {
        #expect(!session().isOver(at: after(hours: 12, -1)) && session().isOver(at: after(hours: 12)))
        let busy = session(seenAfter: (14 * 24 - 1) * 3_600_000)
        #expect(!busy.isOver(at: after(hours: 14 * 24, -1)) && busy.isOver(at: after(hours: 14 * 24)))
        #expect(!session(.code).isOver(at: Self.start.adding(milliseconds: 599_999)))
        #expect(session(.code, seenAfter: 599_000).isOver(at: Self.start.adding(milliseconds: 600_000)))
    }

    @Test("That a session was seen is written once a minute")
    func touches() {
        #expect(!session().isTouchDue(at: Self.start.adding(milliseconds: 59_999)))
        #expect(session().isTouchDue(at: Self.start.adding(milliseconds: 60_000)))
    }

    @Test("Three windows count, and the wait is until enough of them are over")
    func attempts() {
        let bound = AttemptBound(attempts: 10)
        let now = AttemptBound.window(at: Self.start)
        // Two minutes into its window.
        let time = Timestamp(milliseconds: now * AttemptBound.windowMilliseconds + 120_000)
        #expect(bound.waitSeconds([:], at: time) == nil)
        #expect(bound.waitSeconds([now: 9], at: time) == nil)
        #expect(bound.waitSeconds([now: 10], at: time) == 900 - 120)
        #expect(bound.waitSeconds([now - 1: 1, now: 9], at: time) == 600 - 120)
        #expect(bound.waitSeconds([now - 2: 1, now: 9], at: time) == 300 - 120)
        #expect(bound.waitSeconds([now - 2: 5, now: 12], at: time) == 900 - 120)
        #expect(bound.waitSeconds([now - 3: 100, now: 9], at: time) == nil)
        let wait = bound.waitSeconds([now - 2: 1, now: 9], at: time)!
        #expect(bound.waitSeconds([now - 2: 1, now: 9], at: time.adding(milliseconds: Int64(wait) * 1_000)) == nil)
    }

    @Test("A code is of the step before, the present or the next one, and of one that is not spent")
    func codes() {
        let now = TimeCode.step(at: Self.start)
        func code(_ step: Int64) -> String { "\(100_014 + (step - now) * 7)" }
        for offset in -2...2 as ClosedRange<Int64> {
            let found = TimeCode.step(of: code(now + offset), at: Self.start, after: 0, code: code)
            #expect(found == (abs(offset) <= 1 ? now + offset : nil))
        }
        #expect(TimeCode.step(of: code(now), at: Self.start, after: now, code: code) == nil)
        #expect(TimeCode.step(of: code(now + 1), at: Self.start, after: now, code: code) == now + 1)
        #expect(TimeCode.step(of: " 100 014", at: Self.start, after: 0, code: code) == now)
        for text in ["", "10000", "1000000", "10000a", "１00000"] {
            #expect(TimeCode.step(of: text, at: Self.start, after: 0, code: code) == nil)
        }
    }

    @Test("Six digits of a digest are those of RFC 4226, section 5.4")
    func digits() {
        let digest: [UInt8] = [
            0x1F, 0x86, 0x98, 0x69, 0x0E, 0x02, 0xCA, 0x16, 0x61, 0x85, 0x50, 0xEF, 0x7F, 0x19, 0xDA, 0x8E, 0x94, 0x5B, 0x55, 0x5A,
        ]
        #expect(TimeCode.code(of: digest) == "872921")
        #expect(TimeCode.message(of: 0x0102) == [0, 0, 0, 0, 0, 0, 1, 2])
    }

    @Test("Nobody is sent to another host", arguments: ["/", "/console", "/console?a=b#c", "/console/security"])
    func localPaths(path: String) {
        #expect(LocalPath(path)?.description == path)
    }

    @Test(
        "What a browser could take for another host is no path",
        arguments: [
            "", "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example",
            "/\n/evil.example", " /console", "console", "/console\r\nset-cookie: a=b", "/ü", "/a b",
            "/" + String(repeating: "a", count: 600),
        ])
    func foreignPaths(path: String) {
        #expect(LocalPath(path) == nil)
    }

    @Test("People are counted by their address, in version 6 by the 64 bits that tell customers apart")
    func places() throws {
        #expect(NetworkAddress("192.0.2.7")!.place == "192.0.2.7")
        #expect(NetworkAddress("2001:db8::1")!.place == NetworkAddress("2001:db8::ffff:0:0:9")!.place)
        #expect(NetworkAddress("2001:db8::1")!.place != NetworkAddress("2001:db8:0:1::1")!.place)
        #expect(NetworkAddress("::ffff:192.0.2.7")!.place == "192.0.2.7")
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] { #expect(NetworkAddress(text)!.isLoopback) }
        for text in ["128.0.0.1", "10.0.0.1", "::2", "::", "fe80::1"] { #expect(!NetworkAddress(text)!.isLoopback) }
    }

    @Test("A password that was given out lets in until it expires, and nobody who is disabled")
    func givenPasswords() {
        let hash = PasswordHash(cost: .standard, salt: Array(0..<16), key: Array(0..<32))
        var person = Person(
            id: PersonID(high: 1, low: 1), email: "a@b", name: "", role: .operator, password: hash, createdAt: Self.start)
        #expect(person.maySignIn(at: Self.start))
        person.passwordExpiresAt = Self.start
        #expect(!person.maySignIn(at: Self.start) && person.maySignIn(at: Self.start.adding(milliseconds: -1)))
        person.passwordExpiresAt = nil
        person.state = .disabled
        #expect(!person.maySignIn(at: Self.start))
        person.state = .active
        person.password = nil
        #expect(!person.maySignIn(at: Self.start))
    }

    @Test("A trusted proxy alone says that its client came over TLS")
    func schemes() {
        let proxies = TrustedProxies([Network("10.0.0.0/8")!])
        let (proxy, stranger) = (NetworkAddress("10.0.0.1")!, NetworkAddress("192.0.2.1")!)
        #expect(proxies.saysTLS(proxy, forwarded: ["https"]) && proxies.saysTLS(proxy, forwarded: ["http, HTTPS "]))
        #expect(!proxies.saysTLS(proxy, forwarded: ["http"]) && !proxies.saysTLS(proxy, forwarded: ["https, http"]))
        #expect(!proxies.saysTLS(proxy, forwarded: []) && !proxies.saysTLS(proxy, forwarded: [""]))
        #expect(!proxies.saysTLS(stranger, forwarded: ["https"]))
    }
}
