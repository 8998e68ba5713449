import Foundation
import Hummingbird
import RelayDomain
import Testing

@testable import RelayConsole

@Suite("The documentation")
struct DocumentationTests {
    @Test("It has every code with its meaning, every header, and every operation that programs are told of")
    func complete() async throws {
        try await ConsoleFixture.run { fixture in
            let html = try await fixture.customer(.get, "/docs").text
            for code in Refusal.Code.allCases {
                let row = html.between("<tr id=\"error-\(code.rawValue)\">", "</tr>")
                #expect(row.contains(">\(Refusal(code, "").status)<") && row.contains(Prose.html(code.meaning)), "\(code)")
            }
            for header in APIHeader.allCases { #expect(html.contains("<code>\(header.rawValue)</code>"), "\(header)") }
            let paths = CustomerDescription.document(version: ConsoleFixture.version).json["paths"]
            var count = 0
            for path in paths.names {
                for method in paths[path].names {
                    count += 1
                    let operation = paths[path][method]
                    let article = html.between("id=\"operation-\(operation["operationId"].string)\"", "</article>")
                    #expect(article.plain.contains("\(method.uppercased()) \(path)"), "\(path)")
                    #expect(article.contains(Prose.html(operation["summary"].string)), "\(path)")
                    for status in operation["responses"].names {
                        #expect(article.contains("<th scope=\"row\">\(status)</th>"), "\(path) \(status)")
                    }
                    for parameter in operation["parameters"].items {
                        #expect(article.contains("<code>\(parameter["name"].string)</code>"), "\(path)")
                    }
                }
            }
            #expect(html.components(separatedBy: "<article class=\"operation\"").count == count + 1)
        }
    }

    @Test("Limits are those of the running catalogue and configuration")
    func limits() async throws {
        try await ConsoleFixture.run { fixture in
            let text = try await fixture.customer(.get, "/docs").text.plain
            for row in [
                "Context (input + output of one request), tokens 32,000 128,000 256,000", "Requests a minute 20 120 600",
                "Concurrent requests 2 10 50", "Cap of all tokens, a month 10,000,000 62,000,000 303,000,000",
                "High-cost budget, a month $1.20 $8.00 $35.00", "A request's body 32 MiB request_too_large",
                "A request's head 64 KiB headers_too_large", "A request's target 8 KiB uri_too_long",
            ] {
                #expect(text.contains(row.replacing("'", with: "&#39;")), "\(row)")
            }
        }
    }

    @Test(
        "The base URL is the one by which the relay was called",
        arguments: [
            ("relay.example", true, "https://relay.example"), ("Relay.Example:8443", true, "https://relay.example:8443"),
            ("127.0.0.1:8080", false, "http://127.0.0.1:8080"), ("[2001:DB8::1]:80", false, "http://[2001:db8::1]:80"),
            ("[::ffff:192.0.2.1]", true, "https://[::ffff:192.0.2.1]"), ("my_host-1", false, "http://my_host-1"),
        ])
    func base(authority: String, isSecure: Bool, expected: String) {
        #expect(BaseAddress(authority: authority, isSecure: isSecure).description == expected)
    }

    @Test(
        "A `Host` that is no plain name or address is not repeated",
        arguments: [
            nil, "", ":80", "a:b", "a:80:80", "a:65536", "a:", "-x", "a b", "a/b", "a\"b", "a'b", "a`id`", "$(id)", "a;b", "a<b", "a&b",
            "user@host", "a%00", "[::1", "[]", "[1]", "[::1]x", "[::1%25lo]", "a\u{301}", "ａ", "a\nb", String(repeating: "a", count: 300),
            "?x", "#x",
        ] as [String?])
    func hostileHost(authority: String?) {
        #expect(BaseAddress(authority: authority, isSecure: true) == .unknown)
    }

    @Test("Backticks become code, and nothing else becomes anything")
    func prose() {
        #expect(Prose.html("`a` < `b`") == "<code>a</code> &lt; <code>b</code>")
        #expect(Prose.html("one ` alone") == "one ` alone")
        #expect(Prose.html("`<i>`") == "<code>&lt;i&gt;</code>")
        #expect(Prose.html("") == "")
    }

    @Test("Schemas are told in a few words")
    func schemas() {
        #expect(SchemaText.type(of: Schema.string.json) == "string")
        #expect(SchemaText.type(of: Schema.words(["a", "b"]).json) == "\"a\" or \"b\"")
        #expect(SchemaText.type(of: Schema.array(of: .named("Model")).json) == "array of Model")
        #expect(SchemaText.type(of: Schema.integer.orNull.json) == "integer or null")
        #expect(SchemaText.type(of: Schema.time.json) == "string, date-time")
        #expect(SchemaText.type(of: Schema.any.json) == "any")
        #expect(SchemaText.summary(of: Schema.string.described("`data: ` lines").json) == "`data: ` lines")
        #expect(SchemaText.summary(of: Schema.named("Model").json) == "Model")
    }
}
