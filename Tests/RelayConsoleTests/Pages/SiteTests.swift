import Crypto
import Foundation
import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The pages that everybody may read")
struct SiteTests {
    private static let paths = ["/", "/docs", "/status", "/nothing", "/?input=x&output=-1&cached_read="]

    @Test("Every page is one that browsers, readers and keyboards understand, without a key", arguments: paths)
    func markup(path: String) async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.customer(.get, path)
            #expect(answer.status == (path == "/nothing" ? 404 : 200))
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.text.hasPrefix("<!doctype html>\n"))
            PageMarkup(answer.text).expectSound(path)
            #expect(answer.text.contains("independent third-party gateway"))
            #expect(answer.text.contains("<a class=\"skip\" href=\"#content\">") && answer.text.contains("<main id=\"content\">"))
        }
    }

    @Test("Every page runs, loads and frames nothing but what its policy names by hash", arguments: paths)
    func policy(path: String) async throws {
        try await ConsoleFixture.run { fixture in
            let answer = try await fixture.customer(.get, path)
            let style = try Self.source(of: "style", in: answer.text)
            let script = answer.text.contains("<script>") ? "script-src \(try Self.source(of: "script", in: answer.text)); " : ""
            let form = answer.text.contains("<form") ? "'self'" : "'none'"
            #expect(
                answer.header("content-security-policy")
                    == "default-src 'none'; style-src \(style); \(script)img-src 'self'; base-uri 'none'; form-action \(form); "
                    + "frame-ancestors 'none'")
            #expect(answer.header("x-content-type-options") == "nosniff" && answer.header("referrer-policy") == "no-referrer")
            #expect(answer.header("cache-control") == (path == "/nothing" ? "no-store" : "private, no-cache"))
            let markup = PageMarkup(answer.text)
            #expect(markup.all("style").count == 1 && markup.all("script").count <= 1)
            for attribute in ["src", "srcset", "action", "href"] {
                for value in markup.values(attribute) { #expect(value.hasPrefix("/") || value.hasPrefix("#"), "\(value)") }
            }
            #expect(!answer.text.contains("http-equiv") && !answer.text.contains("@import") && !answer.text.contains("url("))
        }
    }

    /// What a policy must name for an element of this name that the page has.
    private static func source(of element: String, in html: String) throws -> String {
        let text = try #require(html.components(separatedBy: "<\(element)>").last?.components(separatedBy: "</\(element)>").first)
        return "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }

    @Test("Every link leads somewhere, and every place in a page that is named is there")
    func links() async throws {
        try await ConsoleFixture.run { fixture in
            var waiting = ["/"]
            var pages: [String: PageMarkup] = [:]
            var links: Set<String> = []
            while let path = waiting.popLast() {
                let answer = try await fixture.customer(.get, path)
                #expect(answer.status == 200, "\(path)")
                pages[path] = PageMarkup(answer.text)
                guard answer.header("content-type") == "text/html; charset=utf-8" else { continue }
                for value in PageMarkup(answer.text).values("href") + PageMarkup(answer.text).values("action") {
                    let target = value.hasPrefix("#") ? path + value : value
                    links.insert(target)
                    let page = String(target.prefix { $0 != "#" })
                    if pages[page] == nil, !waiting.contains(page) { waiting.append(page) }
                }
            }
            #expect(Set(pages.keys).isSuperset(of: ["/", "/docs", "/status", "/openapi.json", "/favicon.svg"]))
            for link in links {
                let parts = link.split(separator: "#", maxSplits: 1)
                guard parts.count == 2 else { continue }
                #expect(pages[String(parts[0])]?.values("id").contains(String(parts[1])) == true, "\(link)")
            }
        }
    }

    @Test(
        "HEAD is GET without the body, and no page takes anything else",
        arguments: ["/", "/docs", "/status", "/favicon.svg", "/robots.txt"])
    func methods(path: String) async throws {
        try await ConsoleFixture.run { fixture in
            let get = try await fixture.customer(.get, path)
            let head = try await fixture.customer(.head, path)
            #expect(head.status == 200 && head.text.isEmpty && head.headers == get.headers)
            let post = try await fixture.customer(.post, path, "input=1")
            #expect(post.status == 405 && post.header("allow") == "GET, HEAD")
            #expect(post.header("content-type") == "text/html; charset=utf-8")
            PageMarkup(post.text).expectSound("405 \(path)")
        }
    }

    @Test("The icon is a picture that runs nothing, and crawlers are told what is not for them")
    func files() async throws {
        try await ConsoleFixture.run { fixture in
            let icon = try await fixture.customer(.get, "/favicon.svg")
            #expect(icon.header("content-type") == "image/svg+xml" && icon.header("content-security-policy") == "default-src 'none'")
            #expect(PageMarkup(icon.text).all("script").isEmpty && icon.text.hasPrefix("<svg "))
            let robots = try await fixture.customer(.get, "/robots.txt")
            #expect(robots.header("content-type") == "text/plain; charset=utf-8")
            #expect(robots.text.hasPrefix("User-agent: *\nDisallow: /v1/\n"))
        }
    }

    @Test("What cannot be shown is a page too, which says nothing of why", arguments: [400, 404, 405, 500, 503])
    func errors(status: Int) {
        let code: Refusal.Code =
            switch status {
            case 400: .invalidRequest
            case 404: .notFound
            case 405: .methodNotAllowed
            case 503: .ledgerUnavailable
            default: .internalError
            }
        let errors = ErrorResponses(apiRoot: "/v1")
        let response = errors.response(to: Refusal(code, "disk I/O error", retryAfterSeconds: 5), path: "/console", allow: "GET")
        #expect(response.status.code == status)
        #expect(response.headers[.retryAfter] == "5" && response.headers[.allow] == "GET")
        #expect(response.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; ") == true)
        let html = ErrorPage(status: response.status).html
        PageMarkup(html).expectSound("\(status)")
        #expect(!html.contains("disk"))
    }
}
