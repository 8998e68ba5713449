import RelayConsole
import RelayDomain

/// What a demo says when it is ready.
struct DemoWelcome: Sendable {
    let settings: Settings
    let directory: DataDirectory
    /// The demo's configuration.
    let file: String
    let customer: DemoCustomer
    let people: DemoPeople
    let isReal: Bool
    /// As it was called, so that the lines below can be pasted where it was.
    let program: String

    private var baseURL: String { settings.publicListener.url() + "/v1" }
    private var signInURL: String { settings.publicListener.url() + "/login" }
    private var adminURL: String { "http://\(settings.admin.host):\(settings.admin.port)/admin/v1" }

    /// One line, to be pasted as it is.
    private var curl: String {
        """
        curl \(baseURL)/chat/completions -H 'Authorization: Bearer \(customer.secret.text)' -H 'Content-Type: application/json' \
        -d '{"model":"gpt-5.2","messages":[{"role":"user","content":"Hello"}]}'
        """
    }

    /// The command that leads to the customer's receipts.
    private var receipts: String {
        "\(Self.quoted(program)) receipts --account \(customer.account) --config \(Self.quoted(file))"
    }

    var text: String {
        """

        NexRelay demo: \(isReal ? "the upstream is OpenAI" : "the upstream is simulated, nothing leaves this machine")

        \(Table.facts([
            ("base URL", baseURL), ("API key", customer.secret.text), ("credits", "\(customer.available) ($\(customer.available.usd))"),
            ("console", signInURL), ("customer", Self.signIn(people.customer)), ("operator", Self.signIn(people.operator)),
            ("admin API", "\(adminURL), token in \(directory.token.path)"),
        ]))

        Ask something:
          \(curl)

        See what it cost:
          \(receipts)

        Ctrl-C stops it. The books stay in \(directory.path).
        """
    }

    var json: JSONValue {
        [
            "base_url": .string(baseURL), "api_key": .string(customer.secret.text), "account": .string("\(customer.account)"),
            "credits": .string(customer.available.description), "admin_url": .string(adminURL), "configuration": .string(file),
            "console_url": .string(signInURL), "customer": Self.json(people.customer), "operator": Self.json(people.operator),
            "admin_token_file": .string(directory.token.path), "curl": .string(curl), "simulated": .boolean(!isReal),
        ]
    }

    private static func signIn(_ given: GivenPassword) -> String { "\(given.person.email), password \(given.password)" }

    private static func json(_ given: GivenPassword) -> JSONValue {
        ["email": .string(given.person.email), "password": .string(given.password)]
    }

    /// A path as one word of a shell.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy {
            ASCIIByte.isLetterOrDigit($0) || Set("/._-".utf8).contains($0)
        }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
