import Foundation
import RelayDomain
import RelayTestKit
import RelayWebhooks
import Testing

/// What docs/webhooks.md shows works.
@Suite struct GuideTests {
    private func blocks(_ language: String) throws -> [String] {
        let guide = try String(contentsOf: Fixture.project.appending(path: "docs/webhooks.md"), encoding: .utf8)
        return guide.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    private static let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000)

    @Test("the receiver that it shows takes what is signed, once, and nothing else")
    func receiver() async throws {
        let folder = try TemporaryFolder()
        let programs = try blocks("python")
        #expect(programs.count == 1)
        try Data(programs[0].utf8).write(to: folder.url.appending(path: "receiver.py"))
        let port = try freePort()
        let receiver = try Subprocess.spawn(
            ["/usr/bin/python3", folder.path("receiver.py"), "\(port)"],
            environment: ["WEBHOOK_SECRET": Fixture.secret.text, "PYTHONIOENCODING": "utf-8"], output: folder.path("out"),
            errors: folder.path("errors"))
        defer {
            kill(receiver, SIGKILL)
            _ = Subprocess.reap(receiver)
        }
        let (sender, url) = (try Fixture.sender(), "http://127.0.0.1:\(port)/hooks?team=7")
        let newest = try #require(WebhookSecret(bytes: Array(1..<33)))
        try await eventually("the receiver listens") {
            try await sender.send(Fixture.message(url, secrets: [newest], at: Self.now)) == .answered(status: 401)
        }
        let messages = [
            (try Fixture.message(url, at: Self.now), 204), (try Fixture.message(url, at: Self.now), 204),
            (try Fixture.message(url, secrets: [newest, Fixture.secret], at: Self.now), 204),
            (try Fixture.message(url, at: Self.now.adding(milliseconds: -600_000)), 401),
            (try Fixture.message(url, at: Self.now.adding(milliseconds: 600_000)), 401),
        ]
        for (message, status) in messages { #expect(await sender.send(message) == .answered(status: status)) }
        let printed = try String(contentsOfFile: folder.path("out"), encoding: .utf8)
        #expect(printed.split(separator: "\n").count == 1, "\(printed)")
        #expect(printed.hasPrefix("recharge.credited {"))
    }

    @Test("its examples are JSON, of a kind and a time and data each")
    func examples() throws {
        let examples = try blocks("json").map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(examples.count == 5)
        for example in examples {
            #expect(Set(try #require(example).keys) == ["type", "timestamp", "data"])
            #expect(Timestamp(rfc3339: try #require(example?["timestamp"] as? String)) != nil)
        }
    }

    @Test("it names every fault in the words that are written down", arguments: DeliveryFault.allCases.filter { $0 != .stopped })
    func faults(fault: DeliveryFault) throws {
        let guide = try String(contentsOf: Fixture.project.appending(path: "docs/webhooks.md"), encoding: .utf8)
        #expect(guide.contains("| \(fault.rawValue) |"))
    }
}
