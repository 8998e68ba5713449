import Foundation
import Glibc
import RelayTestKit
import Testing

@Suite("The tests' PostgreSQL server")
struct PostgresServerTests {
    private static func started(_ options: PostgresServer.Options = .init(syncs: false)) async throws -> PostgresServer {
        try await blocking {
            let server = try PostgresServer(options)
            try server.start()
            return server
        }
    }

    @Test("gives fresh databases, whose owner is no superuser, and takes them back")
    func databases() async throws {
        let server = try await Self.started()
        let (first, second) = (try server.newDatabase(), try server.newDatabase())
        try first.rows("CREATE TABLE t (a bigint, b text, c bytea)")
        try first.rows("INSERT INTO t VALUES (-7, 'two\nlines | and more', '\\x00ff'), (NULL, '', NULL)")
        #expect(try first.rows("SELECT * FROM t ORDER BY a") == [["-7", "two\nlines | and more", "\\x00ff"], [nil, "", nil]])
        #expect(try first.rows("SELECT a FROM t WHERE a = 5").isEmpty)
        #expect(try second.rows("SELECT to_regclass('t')") == [[nil]])
        #expect(try first.rows("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user") == [["nexrelay", "f"]])
        #expect(throws: TestKitFailure.self) { try first.rows("SELECT 1; SELECT nonsense") }
        try first.check()
        let dump = String(decoding: try first.dump(), as: UTF8.self)
        #expect(dump.contains("lines | and more") && dump.contains("\\x00ff"))
        try first.drop()
        #expect(throws: TestKitFailure.self) { try first.rows("SELECT 1") }
        #expect(try second.rows("SELECT 1") == [["1"]])
    }

    @Test("its URL leads libpq to the socket, and to the port where it has one", arguments: [false, true])
    func urls(listensOnTCP: Bool) async throws {
        let server = try await Self.started(.init(syncs: false, listensOnTCP: listensOnTCP))
        #expect(server.socketPath.utf8.count <= 107)
        let database = try server.newDatabase()
        let psql = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").compactMap(Int.init).max().map {
            "/usr/lib/postgresql/\($0)/bin/psql"
        }
        func name(_ url: String) throws -> String {
            let output = try Subprocess.run([try #require(psql), "-XAtq", url, "-c", "SELECT current_database()"])
            return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
        #expect(try name(database.url) == database.name)
        if listensOnTCP { #expect(try name(database.url(port: server.port)) == database.name) }
    }

    private enum End: CaseIterable { case fast, immediate, kill }

    @Test("what was committed outlives every end of it")
    func restarts() async throws {
        let server = try await Self.started()
        let database = try server.newDatabase()
        try database.rows("CREATE TABLE t (a bigint)")
        var ids: Set<pid_t> = [try #require(server.process)]
        for (number, end) in End.allCases.enumerated() {
            try database.rows("INSERT INTO t VALUES (\(number))")
            // A session that has something open holds up nobody.
            let open = Task { try await blocking { try database.rows("BEGIN; INSERT INTO t VALUES (100); SELECT pg_sleep(600)") } }
            try await eventually("it sleeps") {
                try server.administer("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").count == 1
            }
            try await blocking {
                switch end {
                case .fast: try server.restart()
                case .immediate: try server.restart(.immediate)
                case .kill:
                    server.kill()
                    try server.start()
                }
            }
            await #expect(throws: TestKitFailure.self) { _ = try await open.value }
            #expect(try database.rows("SELECT count(*), max(a) FROM t") == [["\(number + 1)", "\(number)"]], "\(end)")
            ids.insert(try #require(server.process))
        }
        #expect(ids.count == 4)
        try await blocking { server.stop() }
        #expect(server.process == nil)
        #expect(throws: TestKitFailure.self) { try database.rows("SELECT 1") }
    }

    @Test("it takes its folder with it")
    func folder() async throws {
        let (folder, id) = try await blocking {
            let server = try PostgresServer(.init(syncs: false))
            try server.start()
            return (server.folder, try #require(server.process))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(kill(id, 0) != 0)
    }

    @Test("it does not outlive the process that started it, even one that is killed")
    func parentKilled() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            let server = try PostgresServer(.init(syncs: false))
            try server.start()
            // So that there are sessions that must end as well.
            let database = try server.newDatabase()
            let sleeper = Thread { _ = try? database.rows("SELECT pg_sleep(600)") }
            sleeper.start()
            while try server.administer("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").isEmpty { usleep(10_000) }
            FileHandle.standardOutput.write(Data("\nserver \(server.process ?? 0) \(server.folder)\n".utf8))
            kill(getpid(), SIGKILL)
        }
        let said = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        let words = try #require(said.split(separator: "\n").first { $0.hasPrefix("server ") }).split(separator: " ")
        let id = try #require(pid_t(words[1]))
        #expect(id > 0)
        try await eventually("the server has ended") { kill(id, 0) != 0 }
        try await eventually("its folder is gone") { !FileManager.default.fileExists(atPath: String(words[2])) }
    }
}
