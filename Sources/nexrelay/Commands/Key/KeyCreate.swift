import ArgumentParser
import RelayDomain

struct KeyCreate: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a key, and print its secret, once.")

    @Option(help: "acc_…") var account: String
    @Option(help: "A name for people.") var name: String?
    @Option(help: "The models that it may use, separated by commas. (default: all)") var models: String?
    @Option(help: "The most output tokens of one request.") var maxOutput: Int?
    @Option(help: "When it ends (RFC 3339).") var expires: TimeArgument?
    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard maxOutput.map({ $0 >= 1 }) ?? true else { throw ValidationError("--max-output is a number of tokens, at least 1") }
        guard modelNames?.allSatisfy(ModelName.isValid) ?? true else {
            throw ValidationError("--models is a list of names, separated by commas")
        }
    }

    func request(_ client: AdminClient) async throws -> AdminDocument {
        let policy: JSONValue = [
            "models": modelNames.map { .array($0.map(JSONValue.string)) } ?? .null,
            "max_output_tokens": maxOutput.map { JSONValue($0) } ?? .null,
            "expires_at": JSONValue(expires?.time.rfc3339),
        ]
        return try await client.post(["keys"], ["account": .string(account), "name": JSONValue(name), "policy": policy])
    }

    func text(_ answer: JSONValue) -> String { KeyText.one(answer) }

    private var modelNames: [String]? {
        models.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpaces()) } }
    }
}
