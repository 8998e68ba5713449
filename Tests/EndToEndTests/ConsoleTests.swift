import Foundation
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The console of the real program, in the hands of something that behaves like a browser.
    @Suite("The console")
    struct ConsoleTests {
        private func expectWay(_ relay: RelayProcess, _ arguments: [String], prefix: String, flags: String) async throws {
            let made = try await ChildProcess.run(
                try Location.program(), ["operator", "create", "--email", "Olga@example.org", "--json"], folder: relay.folderPath,
                environment: ["NEXRELAY_CONFIG": relay.configurationFile])
            #expect(made.exit == .code(0), "\(made.errors)")
            let person = try JSON(made.output)
            let password = try #require(person["password"].string)
            relay.keepSecret(password)
            relay.keepSecret("correct-battery-41")
            let seen = try await ClientScript.run(
                "console.py", [arguments[0], "olga@example.org", password] + arguments.dropFirst(), folder: relay.folderPath)
            let expected: JSON = [
                "sign_up": 303, "overview": true, "hidden": 404, "sign_out": [303, "/login"], "signed_out": [303, "/login?next=/console"],
                "wrong": 422, "first": [303, 303, "/password"], "chosen": [303, "/operator"], "operator": 200, "spent": 422,
                "again": [303, "/operator"], "forged": 403, "everywhere": 303, "ended": [303, "/login?next=/operator"],
            ]
            #expect(seen["passed_on"].int == (prefix.isEmpty ? 403 : 200))
            for key in expected.keys.sorted() { #expect(seen[key] == expected[key], "\(key)") }
            #expect(seen["form_cookie"].string?.hasPrefix(prefix + "nxr_form=") == true)
            let session = try #require(seen["session_cookie"].string)
            #expect(session.hasPrefix(prefix + "nxr_session=") && session.hasSuffix(flags), "\(session)")
            #expect(seen["policy"].string?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
            // Nothing that opens anything is in the database.
            let secret = session.dropFirst((prefix + "nxr_session=").count).prefix { $0 != ";" }
            #expect(secret.count == 64)
            for text in [String(secret), "correct-battery-41", password] { #expect(try await !relay.database.contains(text)) }
            try await relay.expectReconciled()
        }

        @Test("people open accounts, sign in and out, and an operator chooses a password", .timeLimit(.minutes(5)))
        func way() async throws {
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            try await RelayProcess.serving([upstream], configure: { $0.moreSections += "\nsignup: open" }) { relay in
                try await expectWay(relay, [relay.url], prefix: "", flags: "; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600")
            }
        }

        @Test("over TLS no other host can set the cookies", .timeLimit(.minutes(5)))
        func secure() async throws {
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            let relay = try await RelayProcess([upstream]) {
                $0.moreSections += "\nsignup: open"
                $0.publicSettings = ["tls": "{ certificate: served.pem, key: served.key }"]
            }
            try await TestCertificate.make("served", in: relay.folder)
            try await relay.start()
            try await expectWay(
                relay, [relay.url.replacing("http://", with: "https://"), relay.folder.path("served.pem")], prefix: "__Host-",
                flags: "; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600; Secure")
            await relay.stop()
        }
    }
}
