import Hummingbird
import RelayStore
import Testing

@testable import RelayConsole

/// Says that it has written whatever was asked for, or why it has not.
private struct ScriptedBackup: BackupSource {
    let failure: BackupFailure?

    func backUp(to path: String, isReplacing: Bool) async throws -> BackupCopy {
        if let failure { throw failure }
        return BackupCopy(path: path, bytes: isReplacing ? 2 : 1)
    }
}

@Suite("Copies that the operator asks for") struct BackupRouteTests {
    private static let path = "/admin/v1/backups"

    private func post(_ fixture: ConsoleFixture, _ body: String, _ failure: BackupFailure? = nil) async throws -> Answer {
        try await fixture.admin(.post, Self.path, body, backup: ScriptedBackup(failure: failure))
    }

    @Test("The answer tells where the copy is, and how large")
    func written() async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await post(fixture, #"{"path":"/tmp/copy.db"}"#)
            #expect(answer.status == 201)
            #expect(answer.json.names == ["path", "at", "bytes", "seconds"])
            #expect(answer.text == #"{"path":"/tmp/copy.db","at":"2026-11-23T12:00:00.000Z","bytes":1,"seconds":0}"#)
            #expect(try await post(fixture, #"{"path":"/tmp/copy.db","force":true}"#).json["bytes"] == .number("2"))
        }
    }

    @Test("What cannot be is said with its code")
    func refused() async throws {
        try await ConsoleFixture.run { fixture in
            for body in ["{}", #"{"path":"copy.db"}"#, #"{"path":""}"#, #"{"path":"/a\u0000b"}"#] {
                #expect(try await post(fixture, body).refusal == "400 invalid_request path", "\(body)")
            }
            #expect(try await post(fixture, #"{"path":"/a","force":1}"#).refusal == "400 invalid_request force")
            let copy = #"{"path":"/a"}"#
            let refusals: [(BackupFailure.Kind, String)] = [
                (.path, "400 invalid_request path"), (.exists, "409 conflict"), (.busy, "409 conflict"), (.stopped, "503 draining"),
                (.failed, "500 internal_error"),
            ]
            for (kind, refusal) in refusals {
                let answer = try await post(fixture, copy, BackupFailure(kind, "Because of this."))
                #expect(answer.refusal == refusal)
                #expect(answer.json["error"]["message"].string == "Because of this.")
            }
        }
    }

    @Test("Of PostgreSQL the relay makes no copies, and names the tools that do")
    func postgres() async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.admin(.post, Self.path, #"{"path":"/a"}"#)
            #expect(answer.refusal == "409 conflict")
            #expect(answer.json["error"]["message"].string.contains("pg_dump"))
        }
    }

    @Test("The operator's alone")
    func gate() async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.admin(.post, Self.path, #"{"path":"/a"}"#, token: nil)
            #expect(answer.refusal == "401 invalid_api_key")
        }
    }
}
