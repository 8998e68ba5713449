import Hummingbird
import Testing

@testable import RelayConsole

/// Somebody's browser: keeps cookies, and sends forms as the pages have them.
final class Browser {
    let fixture: ConsoleFixture
    var cookies: [String: String] = [:]
    /// What the gateway and the browser say of each request.
    var headers: [String: String]
    private(set) var lastSet: [String] = []
    private(set) var page = ""

    init(_ fixture: ConsoleFixture, from address: String = "127.0.0.1", isSecure: Bool = false) {
        self.fixture = fixture
        headers = ["x-forwarded-for": address, "x-forwarded-proto": isSecure ? "https" : "http", "user-agent": "Test/1"]
    }

    /// The hidden field of the last page's forms.
    var formSecret: String { Self.value(of: "form", in: page) }

    static func value(of field: String, in page: String) -> String {
        guard let start = page.firstRange(of: "name=\"\(field)\" value=\"") else { return "" }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }

    @discardableResult
    func get(_ path: String) async throws -> Answer { try await send(.get, path, nil) }

    /// - Parameter fields: beside the hidden one; where it is among them, it is sent instead.
    @discardableResult
    func post(_ path: String, _ fields: [String: String] = [:], form: String? = nil) async throws -> Answer {
        let all = fields.merging(["form": form ?? formSecret]) { own, _ in own }
        return try await send(.post, path, all.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&"))
    }

    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String?) async throws -> Answer {
        var fields: HTTPFields = [:]
        for (name, value) in headers { fields[HTTPFields.Element.Name(name)!] = value }
        if body != nil, headers["content-type"] == nil { fields[.contentType] = "application/x-www-form-urlencoded" }
        if !cookies.isEmpty { fields[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
        let answer = try await fixture.customer(method, path, body, headers: fields)
        lastSet = answer.headers[values: .setCookie]
        for cookie in lastSet {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
        }
        page = answer.text
        return answer
    }

    /// - Returns: the answer to the form.
    @discardableResult
    func signIn(_ email: String, _ password: String, next: String? = nil) async throws -> Answer {
        try await get(next.map { "/login?next=\($0)" } ?? "/login")
        return try await post("/login", ["email": email, "password": password, "next": next ?? ""])
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            case 0x20: "+"
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension Answer {
    var location: String? { header("location") }
}

extension ConsoleFixture {
    static let password = "correct-battery-41"

    /// An account with credits, whose customer has chosen ``password``.
    func customerWithPassword(_ email: String = "ann@example.org") async throws -> (account: String, email: String) {
        let account = try await paidAccount(email).id
        let given = try await admin(.post, "/admin/v1/accounts/\(account)/password").json["password"].string
        try await choose(Self.password, for: email, given: given)
        return (account, email)
    }

    func operatorWithPassword(_ email: String = "olga@example.org") async throws -> String {
        let given = try await admin(.post, "/admin/v1/operators", "{\"email\":\"\(email)\"}").json["password"].string
        try await choose(Self.password, for: email, given: given)
        return email
    }

    private func choose(_ password: String, for email: String, given: String) async throws {
        let browser = Browser(self)
        #expect(try await browser.signIn(email, given).status == 303)
        try await browser.get("/password")
        #expect(try await browser.post("/password", ["new": password, "repeated": password]).status == 303)
    }
}
