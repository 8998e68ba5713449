import AsyncHTTPClient
import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The public listener with a certificate.
    @Suite("TLS on the public listener")
    struct PublicTLSTests {
        private static let chat = Chat(directives: "prompt=10; cached=0; completion=5")

        /// A relay with the certificate `served` in its folder, which the body may replace.
        private func serving(
            limits: [String: String] = [:], _ body: (RelayProcess, Customer) async throws -> Void
        ) async throws {
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            let relay = try await RelayProcess([upstream], limits: limits) {
                $0.publicSettings = ["tls": "{ certificate: served.pem, key: served.key }"]
            }
            try await TestCertificate.make("first", in: relay.folder)
            try serve("first", relay)
            try await relay.start()
            try await body(relay, try await relay.customer())
            await relay.stop()
        }

        private func serve(_ name: String, _ relay: RelayProcess) throws {
            for kind in ["pem", "key"] {
                let bytes = try Data(contentsOf: URL(filePath: relay.folder.path("\(name).\(kind)")))
                try bytes.write(to: URL(filePath: relay.folder.path("served.\(kind)")), options: .atomic)
            }
        }

        private func post(_ chat: Chat, _ relay: RelayProcess, _ customer: Customer, trusting certificate: String) async throws -> Answer {
            let client = HTTP.client(trusting: relay.folder.path(certificate))
            do {
                let answer = try await HTTP.send(
                    .POST, "https://localhost:\(relay.configuration.publicPort)/v1/chat/completions",
                    headers: ["authorization": "Bearer \(customer.secret)"], body: chat.body, client: client)
                try await client.shutdown()
                return answer
            } catch {
                try await client.shutdown()
                throw error
            }
        }

        private func openssl(_ relay: RelayProcess, _ arguments: String...) async throws -> String {
            let port = relay.configuration.publicPort
            let result = try await ChildProcess.run(
                "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments, folder: relay.folderPath)
            return result.output + result.errors
        }

        @Test("answers and streams come over TLS 1.2 and 1.3, and HTTP/1.1 is what is agreed on")
        func served() async throws {
            try await serving { relay, customer in
                #expect(relay.log.contains("public=https://127.0.0.1:\(relay.configuration.publicPort)"))
                let plain = try await post(Self.chat, relay, customer, trusting: "first.pem")
                #expect(plain.status == 200 && plain.charged == Credits(15), "\(plain.text)")
                var chat = Self.chat
                chat.isStream = true
                let stream = try await post(chat, relay, customer, trusting: "first.pem")
                #expect(stream.isDone && stream.charged == Credits(15))
                #expect(try await openssl(relay, "-tls1_3", "-alpn", "h2,http/1.1").contains("ALPN protocol: http/1.1"))
                #expect(try await openssl(relay, "-tls1_2", "-alpn", "h2,http/1.1").contains("ALPN protocol: http/1.1"))
                let old = try await openssl(relay, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
                #expect(old.contains("protocol version") || old.contains("no peer certificate available"), "\(old)")
                try await relay.expectBalanced(customer)
            }
        }

        @Test("the official client comes in over TLS")
        func officialClient() async throws {
            try await serving { relay, customer in
                let program = """
                    import openai, sys
                    client = openai.OpenAI(base_url=sys.argv[1], api_key=sys.argv[2])
                    parts = client.chat.completions.create(model="gpt-5.2", stream=True, messages=[{"role": "user", "content": "Hello"}])
                    print(sum(1 for part in parts))
                    """
                let result = try await ChildProcess.run(
                    try Location.python(), ["-c", program, "https://localhost:\(relay.configuration.publicPort)/v1", customer.secret],
                    folder: relay.folderPath, environment: ["SSL_CERT_FILE": relay.folder.path("first.pem")])
                #expect(
                    result.exit == .code(0) && (Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) > 1, "\(result)")
                try await relay.expectBalanced(customer)
            }
        }

        @Test(
            "who speaks no TLS is closed, and who does not finish the handshake is dropped",
            arguments: ["GET / HTTP/1.1\r\n\r\n", "", "\u{16}"])
        func noHandshake(text: String) async throws {
            try await serving(limits: ["request": "1s"]) { relay, customer in
                let port = relay.configuration.publicPort
                let rest = try await blocking {
                    let socket = try RawSocket(port: port)
                    // The beginning of a handshake (RFC 8446, section 5.1), of which 512 bytes are announced and none come.
                    try socket.send(text == "\u{16}" ? [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] : Array(text.utf8))
                    return try socket.receiveAll()
                }
                #expect(!String(decoding: rest, as: UTF8.self).contains("HTTP/1.1"))
                #expect(try await post(Self.chat, relay, customer, trusting: "first.pem").status == 200)
            }
        }

        @Test("a reload gives new connections the new certificate, and an open stream goes on with the old one")
        func reload() async throws {
            try await serving { relay, customer in
                try await TestCertificate.make("second", in: relay.folder)
                let chat = Chat(directives: "prompt=10; cached=0; completion=40; chunks=40; chunk-delay=100", isStream: true)
                async let stream = post(chat, relay, customer, trusting: "first.pem")
                try await eventually("the stream is open") {
                    try await relay.wallet(customer.account)["requests_in_flight"].int == 1 ? true : nil
                }
                try serve("second", relay)
                relay.hangUp()
                try await eventually("the relay has reloaded") { relay.log.contains("msg=reloaded") ? true : nil }
                #expect(try await relay.wallet(customer.account)["requests_in_flight"].int == 1, "the stream ended too soon to tell")
                #expect(try await post(Self.chat, relay, customer, trusting: "second.pem").status == 200)
                await #expect(throws: (any Error).self) { try await post(Self.chat, relay, customer, trusting: "first.pem") }
                let answer = try await stream
                #expect(answer.status == 200 && answer.isDone)
                try await relay.expectBalanced(customer)
            }
        }

        @Test("a certificate that cannot be used is logged, and the one before stays")
        func badReload() async throws {
            try await serving { relay, customer in
                try await TestCertificate.make("other", in: relay.folder)
                let otherKey = try Data(contentsOf: URL(filePath: relay.folder.path("other.key")))
                for (name, bytes) in [("served.pem", Data("no certificate".utf8)), ("served.key", otherKey)] {
                    try serve("first", relay)
                    try bytes.write(to: URL(filePath: relay.folder.path(name)), options: .atomic)
                    let before = relay.log.components(separatedBy: "the certificate was not reloaded").count
                    relay.hangUp()
                    try await eventually("the fault is logged") {
                        relay.log.components(separatedBy: "the certificate was not reloaded").count > before ? true : nil
                    }
                    #expect(try await post(Self.chat, relay, customer, trusting: "first.pem").status == 200)
                }
                #expect(!relay.log.contains("PRIVATE KEY"))
            }
        }

        @Test("files that cannot be used keep the relay from starting, and check tells why")
        func refused() async throws {
            let upstream = RelayConfiguration.Upstream(name: "main", baseURL: try EndToEnd.simulator.baseURL, models: "[gpt-5.2]")
            let relay = try await RelayProcess([upstream]) {
                $0.publicSettings = ["tls": "{ certificate: served.pem, key: served.key }"]
            }
            func expectFault(_ words: String) async throws {
                let served = try await relay.command("serve")
                #expect(served.exit == .code(1) && served.errors.contains(words) && served.errors.contains("public.tls"), "\(served)")
                #expect(!served.errors.contains("PRIVATE KEY"))
            }
            func expectFinding(_ words: String) async throws {
                let checked = try await relay.command("check")
                #expect(checked.exit == .code(1) && checked.errors.contains("public.tls: ") && checked.errors.contains(words), "\(checked)")
            }
            try await expectFault("served.pem cannot be read")
            try await expectFinding("served.pem cannot be read")
            try await TestCertificate.make("first", in: relay.folder)
            try await TestCertificate.make("other", in: relay.folder)
            try await TestCertificate.make("brief", in: relay.folder, days: 3)
            try serve("first", relay)
            try FileManager.default.removeItem(atPath: relay.folder.path("served.key"))
            try await expectFault("served.key cannot be read")
            try Data(contentsOf: URL(filePath: relay.folder.path("other.key"))).write(to: URL(filePath: relay.folder.path("served.key")))
            try await expectFault("does not belong to the certificate")
            try await expectFinding("does not belong to the certificate")
            try Data("hello".utf8).write(to: URL(filePath: relay.folder.path("served.pem")))
            try await expectFault("holds no certificate in PEM form")
            try serve("first", relay)
            try Data("hello".utf8).write(to: URL(filePath: relay.folder.path("served.key")))
            try await expectFault("holds no private key")
            try serve("brief", relay)
            let checked = try await relay.command("check")
            #expect(checked.exit == .code(0) && checked.output.contains("valid until"), "\(checked)")
            #expect(checked.errors.contains("warning: the certificate"), "\(checked)")
        }
    }
}
