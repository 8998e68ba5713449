public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// JSON-RPC over HTTP.
public struct HTTPTransport: RPCTransport {
    private let http: HTTPClient
    private let location: EndpointLocation

    /// - Parameter http: made with ``configuration``.
    public init(_ location: EndpointLocation, http: HTTPClient) {
        self.location = location
        self.http = http
    }

    /// It follows no redirect: a secret goes where it was sent and nowhere else.
    public static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(RPCLimits.connectSeconds)
        // The next endpoint is tried instead.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    public func send(_ body: [UInt8]) async throws(TransportFault) -> RPCAnswer {
        var request = HTTPClientRequest(url: location.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "application/json")
        if let authorization = location.authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(body)
        do {
            let response = try await http.execute(request, timeout: .seconds(RPCLimits.requestSeconds))
            let content = try await response.body.collect(upTo: RPCLimits.responseBytes)
            return RPCAnswer(status: Int(response.status.code), body: Array(content.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            throw .timedOut
        } catch let error as HTTPClientError {
            throw .unreachable(reason: error.shortDescription)
        } catch let error as IOError {
            throw .unreachable(reason: "error \(error.errnoCode) of the connection")
        } catch {
            // Other errors may tell what was sent, and where.
            throw .unreachable(reason: "no connection")
        }
    }

    private static let timeouts: [HTTPClientError] = [.connectTimeout, .deadlineExceeded, .readTimeout]
}
