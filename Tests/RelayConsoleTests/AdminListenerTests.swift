import Glibc
import Testing

@testable import RelayConsole

@Suite("The admin listener")
struct AdminListenerTests {
    @Test("It answers on the port that it announces, and outlives clients that misbehave")
    func listener() async throws {
        try await ConsoleFixture.run { fixture in
            let (ports, announcer) = AsyncStream.makeStream(of: Int.self)
            let api = fixture.adminAPI { announcer.yield($0) }
            let running = Task { try await api.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            func exchange(_ request: String) async throws -> String {
                let client = try RawSocket(AF_INET)
                defer { client.close() }
                try client.connect(port: port)
                return try await client.exchange(request)
            }
            let head = "Host: relay\r\nConnection: close\r\n"
            let accounts = "POST /admin/v1/accounts HTTP/1.1\r\n\(head)Authorization: bearer \(ConsoleFixture.adminToken)\r\n"
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            let exchanges = [
                ("GET /healthz HTTP/1.1\r\n\(head)\r\n", "200"),
                ("nonsense\r\n\r\n", "400"),
                ("\(accounts)Transfer-Encoding: chunked\r\n\r\n\(chunk)1\r\nx\r\n0\r\n\r\n", "413"),
                ("\(accounts)Content-Length: 65537\r\n\r\n", "413"),
                ("\(accounts)Authorization: Bearer x\r\nContent-Length: 0\r\n\r\n", "401"),
                ("\(accounts)Content-Length: 15\r\n\r\n{\"email\":\"a@b\"}", "201"),
            ]
            for (request, status) in exchanges {
                let answer = try await exchange(request)
                #expect(answer.split(separator: " ").dropFirst().first == status[...], "\(answer.prefix(300))")
            }
            running.cancel()
            _ = await running.result
        }
    }
}
