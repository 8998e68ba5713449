import Hummingbird
import NIOCore

extension Response {
    /// - Parameter headers: beside those that every JSON answer has. No cache may keep one: they hold balances and secrets.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: value.jsonText)))
    }

    /// A picture that belongs to one account.
    static func svg(_ text: String) -> Response {
        var headers: HTTPFields = [:]
        headers[.contentType] = "image/svg+xml"
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] = "default-src 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPFields.Element.Name {
    static let requestID = Self("x-request-id")!
    static let shouldRetry = Self("x-should-retry")!
    static let creditsRemaining = Self("x-nexrelay-credits-remaining")!
}
