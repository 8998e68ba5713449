import Foundation
import RelayTestKit
import Testing

extension EndToEnd {
    /// What libpq's URL says of TLS is what the relay does.
    @Suite("TLS to the database", .enabled(if: RelayDatabase.isPostgres, "only PostgreSQL is reached by a network"))
    struct DatabaseTLSTests {
        private static let password = "sesame-open-do-not-show"
        private static let upstream = RelayConfiguration.Upstream(
            name: "main", baseURL: "http://127.0.0.1:1/v1", models: "[gpt-5.2]")

        private func server(hasTLS: Bool) async throws -> (PostgresServer, PostgresDatabase) {
            try await blocking {
                let server = try PostgresServer(.init(listensOnTCP: true, hasTLS: hasTLS))
                try server.start()
                return (server, try server.newDatabase())
            }
        }

        /// - Parameter parameters: of the URL, that say what is demanded of TLS.
        private func relay(_ database: PostgresDatabase, _ parameters: String) async throws -> RelayProcess {
            let relay = try await RelayProcess([Self.upstream], database: .postgres(database)) {
                $0.database =
                    "postgres://\(PostgresServer.owner):\(Self.password)@localhost:\(database.server.port)/\(database.name)?\(parameters)"
            }
            relay.keepSecret(Self.password)
            return relay
        }

        @Test("with `verify-full` and the server's own certificate the relay serves, and every connection is encrypted")
        func verified() async throws {
            let (server, database) = try await server(hasTLS: true)
            let relay = try await relay(database, "sslmode=verify-full&sslrootcert=\(server.certificate)")
            let check = try await relay.command("check")
            #expect(check.output.contains("PostgreSQL"), "\(check.output) \(check.errors)")
            try await relay.start()
            _ = try await relay.customer()
            try await relay.expectReconciled()
            let connections = try await blocking {
                try server.administer(
                    """
                    SELECT ssl.ssl FROM pg_stat_activity AS activity JOIN pg_stat_ssl AS ssl ON ssl.pid = activity.pid
                    WHERE activity.datname = '\(database.name)' AND activity.application_name = 'nexrelay'
                    """)
            }
            #expect(connections.count >= 2 && connections.allSatisfy { $0 == ["t"] }, "\(connections)")
            await relay.stop()
            try await blocking { server.stop() }
        }

        @Test("another's certificate, and a server without TLS where it is demanded, are refused in clear words that tell no secret")
        func refused() async throws {
            let (server, database) = try await server(hasTLS: true)
            let (plain, plainDatabase) = try await self.server(hasTLS: false)
            let other = try TemporaryFolder()
            try await TestCertificate.make("other", in: other)
            for (database, parameters, words) in [
                (database, "sslmode=verify-full&sslrootcert=\(other.path("other.pem"))", "certificate verify failed"),
                (plainDatabase, "sslmode=require", "server does not support SSL, but SSL was required"),
                (
                    plainDatabase, "sslmode=verify-full&sslrootcert=\(server.certificate)",
                    "server does not support SSL, but SSL was required"
                ),
            ] {
                let relay = try await relay(database, parameters)
                for arguments in [["check"], ["serve"]] {
                    let result = try await ChildProcess.run(
                        try Location.program(), arguments, folder: relay.folderPath,
                        environment: ["NEXRELAY_CONFIG": relay.configurationFile])
                    let said = result.output + result.errors
                    #expect(result.exit != .code(0), "\(arguments) \(parameters)")
                    #expect(said.contains(words), "\(arguments) \(parameters): \(said)")
                    #expect(!said.contains(Self.password), "\(arguments) \(parameters): \(said)")
                }
            }
            try await blocking {
                server.stop()
                plain.stop()
            }
        }
    }
}
