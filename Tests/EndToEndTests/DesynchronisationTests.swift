import Foundation
import RelayDomain
import Testing

extension EndToEnd {
    /// Requests that are made to be read as something else, or too many at once.
    @Suite("Desynchronisation")
    struct DesynchronisationTests {
        private func socket<Value: Sendable>(_ body: @escaping @Sendable (RawSocket) throws -> Value) async throws -> Value {
            let port = try EndToEnd.relay.configuration.publicPort
            return try await blocking { try body(RawSocket(port: port)) }
        }

        @Test("ten thousand pipelined requests without a key are refused one by one, and the relay goes on")
        func pipelinedRefusals() async throws {
            let count = 10_000
            let refused = try await socket { socket in
                try socket.send("GET /v1/plans HTTP/1.1\r\nhost: relay\r\n\r\n")
                let requests = String(repeating: "POST /v1/chat/completions HTTP/1.1\r\nhost: relay\r\n\r\n", count: 100)
                // One thread only sends, the other only receives.
                nonisolated(unsafe) let sender = socket
                let sending = Thread { for _ in 0..<(count / 100) { try? sender.send(requests) } }
                sending.start()
                #expect(try socket.response().status == 200)
                return try (0..<count).reduce(0) { total, _ in try socket.response().status == 401 ? total + 1 : total }
            }
            #expect(refused == count)
            let customer = try await EndToEnd.relay.customer()
            try await EndToEnd.relay.expectBalanced(customer)
        }

        @Test("a body is never read as a request: methods whose body has no agreed frame are refused", arguments: ["TRACE", "CONNECT"])
        func smuggledBody(method: String) async throws {
            let answer = try await socket { socket in
                let inner = "GET /v1/plans HTTP/1.1\r\nhost: relay\r\n\r\n"
                try socket.send("\(method) /v1/models HTTP/1.1\r\nhost: relay\r\ncontent-length: \(inner.utf8.count)\r\n\r\n\(inner)")
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(answer.hasPrefix("HTTP/1.1 405"), "\(answer)")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
        }

        @Test("other methods with a body reach the console as one request", arguments: ["GET", "DELETE", "SEARCH", "OPTIONS"])
        func framedBody(method: String) async throws {
            let (first, second) = try await socket { socket in
                let inner = "GET /v1/plans HTTP/1.1\r\nhost: relay\r\n\r\n"
                try socket.send("\(method) /v1/nothing HTTP/1.1\r\nhost: relay\r\ncontent-length: \(inner.utf8.count)\r\n\r\n\(inner)")
                let first = try socket.response()
                try socket.send("GET /v1/nothing HTTP/1.1\r\nhost: relay\r\n\r\n")
                return (first, try socket.response())
            }
            #expect(first.status == 404 || first.status == 405)
            #expect(second.status == 404)
        }

        @Test("a refusal of HEAD has no body")
        func refusedHead() async throws {
            let (first, second) = try await socket { socket in
                try socket.send("HEAD /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nhost: relay\r\n\r\n")
                let first = try socket.response(toHead: true)
                try socket.send("GET /v1/plans HTTP/1.1\r\nhost: relay\r\n\r\n")
                return (first, try socket.response())
            }
            #expect(first.status == 414)
            #expect(second.status == 200)
        }

        @Test("a request that offers an upgrade is answered, and its connection closed")
        func offeredUpgrade() async throws {
            let answer = try await socket { socket in
                try socket.send("GET /v1/plans HTTP/1.1\r\nhost: relay\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n")
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        }

        @Test("a stream to an HTTP/1.0 client that would keep the connection ends with the connection")
        func http10KeepAlive() async throws {
            let customer = try await EndToEnd.relay.customer()
            let chat = Chat(directives: "prompt=10; cached=0; completion=5", isStream: true)
            let answer = try await socket { socket in
                let request = RawRequest.chat(chat.body, key: customer.secret, version: "HTTP/1.0")
                try socket.send(request.replacingOccurrences(of: "\r\n\r\n", with: "\r\nconnection: keep-alive\r\n\r\n"))
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(answer.contains("data: [DONE]"), "\(answer)")
        }
    }
}
