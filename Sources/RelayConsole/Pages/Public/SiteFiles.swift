import Hummingbird
import NIOCore

/// What browsers and crawlers ask for beside pages.
enum SiteFiles {
    static let iconPath = "/favicon.svg"

    static let routes = [
        Route(.get, iconPath) { _ in file(icon, type: "image/svg+xml") },
        Route(.get, "/robots.txt") { _ in file(robots, type: "text/plain; charset=utf-8") },
    ]

    private static func file(_ text: String, type: String) -> Response {
        var headers: HTTPFields = [:]
        headers[.contentType] = type
        headers[.cacheControl] = "public, max-age=86400"
        headers[.contentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// An N whose diagonal passes something on.
    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5f59"/>\
        <path d="M9 23V9l14 14V9" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>\
        <circle cx="23" cy="9" r="3" fill="#5ccfc4"/></svg>

        """

    /// Crawlers read what is written for everybody.
    private static let robots = """
        User-agent: *
        Disallow: /v1/
        Disallow: /console
        Disallow: /operator
        Disallow: /login
        Disallow: /signup

        """
}
