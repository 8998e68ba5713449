import Hummingbird
import NIOCore

extension Response {
    /// A page of a ``PageTemplate`` in the frame of a document. It runs nothing, loads nothing, stands in no frame, and no cache keeps it.
    /// - Parameter fileName: under which a browser saves it.
    static func page(_ html: String, fileName: String) -> Response {
        var headers = pageHeaders(policy: "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        headers[.contentDisposition] = "inline; filename=\"\(fileName)\""
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// A page of a ``PageTemplate`` in the frame of the site. It loads this relay's icon and nothing else, and runs what it says it does.
    /// - Parameters:
    ///   - script: the one that its frame has.
    ///   - hasForm: whether it has a form, which is sent to this relay.
    ///   - headers: beside those that every page has.
    static func sitePage(
        _ html: String, script: PageScript? = nil, hasForm: Bool = false, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var all = pageHeaders(
            policy: (script.map { "script-src \($0.source); " } ?? "") + "img-src 'self'; base-uri 'none'; "
                + "form-action \(hasForm ? "'self'" : "'none'"); frame-ancestors 'none'")
        // It tells what is so now, and a proxy has no business keeping the address under which somebody called.
        all[.cacheControl] = status == .ok ? "private, no-cache" : "no-store"
        for field in headers { all[field.name] = field.value }
        return Response(status: status, headers: all, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// A page of the console. Its forms go to this relay, and nowhere else.
    static func consolePage(_ html: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        for field in pageHeaders(policy: "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'") {
            headers.append(field)
        }
        // Without a referrer, browsers do not say either from where a form was sent.
        headers[.referrerPolicy] = "same-origin"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    private static func pageHeaders(policy: String) -> HTTPFields {
        var headers: HTTPFields = [:]
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src \(PageStyle.source); \(policy)"
        headers[.contentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        return headers
    }
}

extension HTTPFields.Element.Name {
    static let referrerPolicy = Self("referrer-policy")!
}
