import NIOCore
import NIOPosix
import NIOSSL
import RelayTestKit
import Testing

@testable import RelayGateway

@Suite("The certificate of an upstream") struct UpstreamCertificateTests {
    /// Whether a pool gives a connection to a listener on the loopback that has a certificate for `names`.
    private func isGiven(_ names: String, host: String = "localhost") async throws -> Bool {
        let authority = try TestAuthority(names)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let listener = try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [server = authority.server] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let upstream = try UpstreamTarget(
            UpstreamConfiguration(
                name: "main", isTLS: true, host: host, port: listener.localAddress!.port!, path: "/v1", apiKey: "secret", models: [:]),
            trust: authority.roots)
        let isGiven = loop.makePromise(of: Bool.self)
        loop.execute {
            let pool = UpstreamPool(
                upstream: upstream, eventLoop: loop, connectionLimit: 1, queueLimit: 1, idleSeconds: 60, ageSeconds: 60)
            pool.acquire { grant in
                if case .success(let (connection, _)) = grant { connection.close() }
                isGiven.succeed((try? grant.get()) != nil)
            }
        }
        let answer = try await isGiven.futureResult.get()
        try await listener.close()
        return answer
    }

    @Test(
        "It must have the upstream's own name",
        arguments: ["DNS:localhost", "DNS:other.example,DNS:localhost", "DNS:localhost,IP:127.0.0.1"])
    func name(names: String) async throws {
        #expect(try await isGiven(names))
    }

    @Test(
        "Another name does not do, and neither does the address",
        arguments: ["DNS:other.example", "IP:127.0.0.1", "DNS:other.example,IP:127.0.0.1"])
    func other(names: String) async throws {
        #expect(try await !isGiven(names))
    }

    @Test("Where the upstream is named by its address, that is what it must have")
    func address() async throws {
        #expect(try await isGiven("IP:127.0.0.1", host: "127.0.0.1"))
        #expect(try await !isGiven("DNS:localhost", host: "127.0.0.1"))
    }
}
