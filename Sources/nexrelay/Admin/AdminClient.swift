import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The command line's side of a running relay's admin API.
struct AdminClient: Sendable {
    static let timeoutSeconds: Int64 = 600
    /// A reconciliation of large books takes its time, and may have to wait for another that runs.
    static let reconciliationSeconds: Int64 = 7_200
    private static let answerBytes = 256 << 20

    let http: HTTPClient
    let authority: String
    private let token: String

    init(http: HTTPClient, endpoint: AdminEndpoint, token: String) {
        authority = endpoint.clientAuthority
        self.http = http
        self.token = token
    }

    /// - Parameters:
    ///   - path: what follows `/admin/v1`, in parts that are not escaped yet.
    ///   - query: those without a value are left out.
    /// - Throws: ``CommandFailure`` when there is no relay, or when it refuses.
    func get(
        _ path: [String], query: [(name: String, value: String?)] = [], timeoutSeconds: Int64 = timeoutSeconds
    ) async throws -> AdminDocument {
        try await send(.GET, path, query, nil, timeoutSeconds: timeoutSeconds)
    }

    /// - Throws: ``CommandFailure`` when there is no relay, or when it refuses.
    func post(_ path: [String], _ body: JSONValue = [:], timeoutSeconds: Int64 = timeoutSeconds) async throws -> AdminDocument {
        try await send(.POST, path, [], body, timeoutSeconds: timeoutSeconds)
    }

    private func send(
        _ method: HTTPMethod, _ path: [String], _ query: [(name: String, value: String?)], _ body: JSONValue?,
        timeoutSeconds: Int64 = timeoutSeconds
    ) async throws -> AdminDocument {
        var request = request(method, path, query)
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.json))
        }
        let status: Int
        let answer: ByteBuffer
        do {
            let response = try await http.execute(request, timeout: .seconds(timeoutSeconds))
            status = Int(response.status.code)
            answer = try await response.body.collect(upTo: Self.answerBytes)
        } catch {
            throw silence(error, timeoutSeconds: timeoutSeconds)
        }
        let document = AdminDocument(text: String(buffer: answer))
        guard (200..<300).contains(status) else { throw Self.failure(status, document) }
        guard document.value != nil else {
            throw CommandFailure("what answers at \(authority) is not the admin API of a relay", mayRepeat: true)
        }
        return document
    }

    func request(_ method: HTTPMethod, _ path: [String], _ query: [(name: String, value: String?)] = []) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://\(authority)/admin/v1" + Self.target(path, query))
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        return request
    }

    /// Why there was no answer.
    func silence(_ error: any Error, timeoutSeconds: Int64) -> CommandFailure {
        if let error = error as? HTTPClientError, error == .deadlineExceeded {
            return CommandFailure(
                "the relay at \(authority) has not answered within \(timeoutSeconds) seconds; it may still be at work", mayRepeat: true)
        }
        let advice = "start one with `nexrelay serve`, or name its configuration with --config"
        return CommandFailure("no relay answers at \(authority) (\(ConnectionFault.describe(error))); \(advice)", mayRepeat: true)
    }

    static func failure(_ status: Int, _ document: AdminDocument) -> CommandFailure {
        let message = document.value?["error"]["message"].string ?? "the relay answered with status \(status)"
        return CommandFailure(
            status == 401 ? "\(message) Is this the data directory of the relay that runs?" : message, mayRepeat: status >= 500)
    }

    private static func target(_ path: [String], _ query: [(name: String, value: String?)]) -> String {
        let items = query.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return path.map { "/" + escaped($0) }.joined() + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986, 2.3).
    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// An answer of the admin API: as it came, and read.
struct AdminDocument: Sendable {
    let text: String
    /// nil when it is no JSON.
    let value: JSONValue?

    init(text: String) {
        self.text = text
        value = try? JSONValue(json: Data(text.utf8))
    }

    init(value: JSONValue) {
        text = value.json
        self.value = value
    }
}
