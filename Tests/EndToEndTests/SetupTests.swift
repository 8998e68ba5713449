import Foundation
import Glibc
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The first minutes with the program: `init`, `check`, `demo`.
    @Suite("Setting up")
    struct SetupTests {
        private func run(_ arguments: [String], in folder: String, environment: [String: String] = [:]) async throws -> (
            exit: ChildProcess.Exit, output: String, errors: String
        ) {
            try await ChildProcess.run(try Location.program(), arguments, folder: folder, environment: environment)
        }

        private func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
        }

        @Test("init writes a configuration that check accepts, secrets that only their owner reads, and never overwrites")
        func initialize() async throws {
            let folder = try TemporaryFolder()
            let first = try await run(["init", "--json"], in: folder.url.path)
            #expect(first.exit == .code(0), "\(first.errors)")
            let written = try JSON(first.output)
            let token = try #require(written["admin_token_file"].string)
            let key = try #require(written["encryption_key_file"].string)
            #expect(try mode(token) == 0o600)
            #expect(try mode(key) == 0o600)
            let contents = try String(contentsOfFile: token, encoding: .utf8)
            let second = try await run(["init"], in: folder.url.path)
            #expect(second.exit == .code(1))
            #expect(try String(contentsOfFile: token, encoding: .utf8) == contents)

            let simulator = try EndToEnd.simulator
            let environment = ["OPENAI_API_KEY": "sk-test", "NEXRELAY_UPSTREAMS_0_BASE_URL": simulator.baseURL]
            let check = try await run(["check", "--json"], in: folder.url.path, environment: environment)
            #expect(check.exit == .code(0), "\(check.output) \(check.errors)")
            #expect(try JSON(check.output)["ok"].bool == true)
            #expect(!FileManager.default.fileExists(atPath: folder.path("nexrelay-data/relay.db")), "check has made a database")
            let unset = try await run(["check"], in: folder.url.path)
            #expect(unset.exit == .code(1))
            #expect(unset.errors.contains("OPENAI_API_KEY"))
        }

        @Test("check names an upstream that cannot be reached and one that does not take the key, beside a relay that serves")
        func checkUpstreams() async throws {
            let simulator = try EndToEnd.simulator
            let healthy = try await EndToEnd.relay.command("check", "--json")
            #expect(healthy.exit == .code(1), "the shared relay has an upstream that nobody is behind")
            let findings = try JSON(healthy.output)["checks"].items
            func isOK(_ name: String) -> Bool? { findings.first { $0["name"].string?.contains(name) == true }?["ok"].bool }
            #expect(isOK("main") == true)
            #expect(isOK("absent") == false)
            #expect(!healthy.output.contains(RelayConfiguration.Upstream.key) && !healthy.errors.contains(RelayConfiguration.Upstream.key))

            // An HTTP server that refuses whatever key it is sent.
            let refusing = try RefusingServer(status: 401)
            let relay = try await RelayProcess([
                .init(name: "good", baseURL: simulator.baseURL, models: "[gpt-5.2]"),
                .init(name: "locked", baseURL: "http://127.0.0.1:\(refusing.port)/v1", models: "[alias]"),
            ])
            let result = try await relay.command("check")
            #expect(result.exit == .code(1))
            #expect(result.errors.contains("locked"), "\(result.errors)")
            #expect(!result.errors.contains("good"))
            #expect(!(result.output + result.errors).contains(RelayConfiguration.Upstream.key))
        }

        @Test("a fault in the configuration is named with its line, and all of them at once")
        func faultyConfiguration() async throws {
            let relay = try await RelayProcess([.init(name: "main", baseURL: "http://127.0.0.1:9/v1", models: "[gpt-5.2, gpt-none]")])
            let file = URL(filePath: relay.configurationFile)
            let text = relay.configuration.yaml.replacing("public: {", with: "publik: { port: 1 }\npublic: { tsl: 1,")
            try Data(text.utf8).write(to: file)
            let lines = text.components(separatedBy: "\n")
            func line(_ part: String) throws -> Int { try #require(lines.firstIndex { $0.contains(part) }) + 1 }
            for command in ["serve", "check"] {
                let result = try await relay.command(command)
                #expect(result.exit == .code(1))
                for (key, number) in [("publik", try line("publik")), ("tsl", try line("tsl")), ("gpt-none", try line("gpt-none"))] {
                    let isNamed = result.errors.split(separator: "\n").contains { $0.contains(key) && $0.contains("\(number)") }
                    #expect(isNamed, "\(command) does not name \(key) in line \(number): \(result.errors)")
                }
            }
        }

        @Test("the demo's printed curl line answers in a shell, and the receipt shows the charge")
        func demo() async throws {
            let folder = try TemporaryFolder()
            let port = try freePort()
            var secrets: [String] = []
            // Twice, over the same books: the second start must find the first one's customer.
            for start in 1...2 {
                let child = try ChildProcess(
                    try Location.program(), ["demo", "--data", "demo data", "--port", "\(port)"], folder: folder.url.path,
                    files: folder.path("demo-\(start)"))
                let curl = try await eventually("the demo prints its curl line") { () -> String? in
                    if let exit = child.exit { throw TestFailure("demo ended with \(exit): \(child.errors)") }
                    return child.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.first {
                        $0.hasPrefix("curl ")
                    }
                }
                let said = child.output
                #expect(said.contains("http://127.0.0.1:\(port)/v1"))
                let key = try #require(said.split { $0.isWhitespace }.first { $0.hasPrefix("nxr_") }.map(String.init))
                #expect(curl.contains(key))
                secrets.append(key)

                let answer = try await ChildProcess.run("/bin/sh", ["-c", curl + " -s -D head.txt"], folder: folder.url.path)
                #expect(answer.exit == .code(0), "\(answer.errors)")
                let json = try JSON(answer.output)
                #expect(json["choices"][0]["message"]["content"].string?.isEmpty == false, "\(answer.output)")
                let head = try String(contentsOfFile: folder.path("head.txt"), encoding: .utf8)
                let requestID = try #require(head.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("req_") }.map(String.init))
                let receipt = try await run(["receipt", requestID, "--config", "demo data/relay.yaml", "--json"], in: folder.url.path)
                #expect(receipt.exit == .code(0), "\(receipt.errors)")
                let charged = try JSON(receipt.output)["credits"]["charged"].credits
                let usage = json["usage"]
                #expect(charged == Credits((usage["prompt_tokens"].int ?? 0) + (usage["completion_tokens"].int ?? 0)))
                #expect(charged ?? .zero > .zero)
                let wallet = try await HTTP.send(.GET, "http://127.0.0.1:\(port)/v1/wallet", headers: ["authorization": "Bearer \(key)"])
                #expect(wallet.json["plan"].string == "pro")
                #expect(
                    wallet.json["credits"].credits == Credits(29_000_000) - (charged ?? .zero) - (start == 2 ? charged ?? .zero : .zero))
                child.send(start == 1 ? SIGTERM : SIGINT)
                #expect(await child.waitForExit() == .code(0), "\(child.errors)")
                for secret in secrets { #expect(!child.errors.contains(secret)) }
            }
            #expect(Set(secrets).count == 2)
        }

        @Test("a demo whose port is taken says so and exits 1")
        func demoPortTaken() async throws {
            let folder = try TemporaryFolder()
            let port = try EndToEnd.simulator.port
            let result = try await run(["demo", "--port", "\(port)"], in: folder.url.path)
            #expect(result.exit == .code(1))
            #expect(result.errors.contains("\(port)"), "\(result.errors)")
        }

        @Test("a simulated upstream takes any free port, says which, and stops at SIGTERM")
        func simulatedUpstream() async throws {
            let folder = try TemporaryFolder()
            let child = try ChildProcess(
                try Location.program(), ["simulate-upstream", "--json"], folder: folder.url.path, files: folder.path("simulator"))
            let url = try await eventually("it says its address") { try? JSON(child.output)["base_url"].string }
            let answer = try await HTTP.send(.POST, url + "/chat/completions", body: Chat().body)
            #expect(answer.status == 200)
            child.send(SIGTERM)
            #expect(await child.waitForExit() == .code(0))
        }
    }
}

/// Answers every request on the loopback with one status, until it is let go.
private final class RefusingServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init(status: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let port = try freePort()
        var address = loopback(port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard code == 0, listen(descriptor, 16) == 0 else { throw TestFailure("cannot listen") }
        self.descriptor = descriptor
        self.port = port
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                _ = recv(client, &buffer, buffer.count, 0)
                let answer = Array("HTTP/1.1 \(status) No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8)
                _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
                close(client)
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}
