import Hummingbird
import NIOCore

extension Response {
    /// A page of a ``PageTemplate``. It runs nothing, loads nothing, stands in no frame, and no cache keeps it.
    /// - Parameter fileName: under which a browser saves it.
    static func page(_ html: String, fileName: String) -> Response {
        var headers: HTTPFields = [:]
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentDisposition] = "inline; filename=\"\(fileName)\""
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src \(PageStyle.source); base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        headers[.contentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

extension Response {
    /// A page of the console. Its forms go to this site, and nowhere else.
    static func consolePage(_ html: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src \(PageStyle.source); base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        headers[.contentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "same-origin"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

extension HTTPFields.Element.Name {
    static let referrerPolicy = Self("referrer-policy")!
}
