import Foundation
import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// Methods that a path does not have, and connections that would be something else than HTTP/1.1.
    @Suite("Methods and upgrades")
    struct MethodTests {
        private func exchange(_ text: String) async throws -> String {
            let port = try EndToEnd.relay.configuration.publicPort
            return try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(text)
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
        }

        private static let relayed = [
            "/v1/chat/completions", "/v1/responses", "/v1/completions", "/v1/embeddings", "/v1/moderations",
        ]

        @Test("a method that a path does not have is a 405 that names those it has", arguments: relayed)
        func relayedPaths(path: String) async throws {
            let url = try EndToEnd.relay.url
            for method in [HTTPMethod.GET, .PUT, .DELETE, .PATCH] {
                let answer = try await HTTP.send(method, url + path)
                #expect(answer.status == 405 && answer.errorCode == "method_not_allowed", "\(method): \(answer.text)")
                #expect(answer.header("allow") == "POST")
                #expect(answer.requestID?.hasPrefix("req_") == true)
            }
            let head = try await HTTP.send(.HEAD, url + path)
            #expect(head.status == 405 && head.header("allow") == "POST" && head.body.isEmpty)
        }

        @Test("paths that are read take no POST, and HEAD like GET", arguments: ["/v1/models", "/v1/wallet", "/v1/plans", "/v1/receipts"])
        func readPaths(path: String) async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let authorization: HTTPHeaders = ["authorization": "Bearer \(customer.secret)"]
            let post = try await HTTP.send(.POST, relay.url + path, headers: authorization, body: "{}")
            #expect(post.status == 405 && post.errorCode == "method_not_allowed" && post.header("allow") == "GET, HEAD")
            let get = try await HTTP.send(.GET, relay.url + path, headers: authorization)
            let head = try await HTTP.send(.HEAD, relay.url + path, headers: authorization)
            #expect(get.status == 200 && head.status == 200 && head.body.isEmpty && !get.body.isEmpty)
            #expect(head.header("content-type") == get.header("content-type"))
        }

        @Test("methods that are served nowhere are a 405 too", arguments: ["TRACE", "CONNECT"])
        func servedNowhere(method: String) async throws {
            let answer = try await exchange("\(method) /v1/models HTTP/1.1\r\nhost: relay\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 405") && answer.contains("allow: GET, HEAD, POST, DELETE, OPTIONS"), "\(answer)")
        }

        @Test("without a page behind it, OPTIONS tells the methods of a path")
        func options() async throws {
            let url = try EndToEnd.relay.url
            let post = try await HTTP.send(.OPTIONS, url + "/v1/chat/completions")
            #expect(post.status == 204 && post.header("allow") == "POST, OPTIONS" && post.body.isEmpty)
            let get = try await HTTP.send(.OPTIONS, url + "/v1/models")
            #expect(get.status == 204 && get.header("allow") == "GET, HEAD, OPTIONS")
            #expect(get.header("content-type") == nil && get.requestID?.hasPrefix("req_") == true)
            #expect(try await HTTP.send(.OPTIONS, url + "/v1/nothing").status == 404)
            #expect(try await HTTP.send(.OPTIONS, url + "/").status == 204)
            let port = try EndToEnd.relay.configuration.publicPort
            let whole = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send("OPTIONS * HTTP/1.1\r\nhost: relay\r\n\r\n")
                return try socket.response()
            }
            #expect(whole.status == 204 && whole.header("allow")?.contains("POST") == true)
        }

        @Test(
            "a WebSocket is a 426 that says what is served, and the connection closes",
            arguments: [("/v1/responses", "websocket"), ("/v1/realtime?model=x", "WebSocket"), ("/v1/responses", "h2c, websocket")])
        func webSocket(path: String, upgrade: String) async throws {
            let request = "GET \(path) HTTP/1.1\r\nhost: relay\r\nconnection: Upgrade\r\nupgrade: \(upgrade)\r\n"
            let answer = try await exchange(
                request + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 426"), "\(answer)")
            #expect(answer.contains("upgrade: HTTP/1.1\r\n") && answer.contains("connection: upgrade, close\r\n"), "\(answer)")
            #expect(answer.contains("\"upgrade_required\"") && answer.contains("x-request-id: req_"), "\(answer)")
        }
    }
}
