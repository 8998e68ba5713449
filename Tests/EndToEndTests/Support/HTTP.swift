import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// An ordinary HTTP client, with room for thousands of connections.
enum HTTP {
    private static let client = makeClient()

    /// One that believes in a certificate of a test's own, and in no other. Whoever asks for it shuts it down.
    static func client(trusting certificate: String) -> HTTPClient {
        makeClient {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificate)
            $0.tlsConfiguration = tls
        }
    }

    private static func makeClient(_ configure: (inout HTTPClient.Configuration) -> Void = { _ in }) -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4_096
        // A relay that was killed and is back must not be waited for longer than it was away.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configure(&configuration)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// - Parameters:
    ///   - client: nil for one that all share.
    ///   - onHead: called when the head is there.
    /// - Throws: what the client says when no response began.
    static func send(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: String? = nil, client: HTTPClient? = nil,
        onHead: @Sendable () -> Void = {}
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let body {
            if !headers.contains(name: "content-type") { request.headers.add(name: "content-type", value: "application/json") }
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await (client ?? Self.client).execute(request, timeout: .minutes(5))
        onHead()
        var bytes: [UInt8] = []
        var isWhole = true
        do {
            for try await part in response.body { bytes += part.readableBytesView }
        } catch {
            isWhole = false
        }
        var fields: [String: [String]] = [:]
        for (name, value) in response.headers { fields[name.lowercased(), default: []].append(value) }
        return Answer(status: Int(response.status.code), headers: fields, body: bytes, isWhole: isWhole)
    }
}
