import AsyncHTTPClient
import NIOCore

extension HTTPClient {
    /// An HTTP client for as long as `body` runs. It follows no redirect: a credential goes where it was sent and nowhere else.
    static func withTemporary<Result>(connectSeconds: Int64, _ body: (HTTPClient) async throws -> Result) async throws -> Result {
        var configuration = Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(connectSeconds)
        // Nobody listens there: that is the answer, and no reason to try again until the time is up.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result
        do {
            result = try await body(client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return result
    }
}
