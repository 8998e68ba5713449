import ArgumentParser
import RelayDomain

struct KeyCreate: AdminCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a key, and print its secret, once.")

    @Option(help: "acc_…") var account: String
    @Option(help: "A name for people.") var name: String?
    @OptionGroup(title: "Policy") var policy: KeyPolicyOptions
    @OptionGroup var admin: AdminOptions

    func request(_ client: AdminClient) async throws -> AdminDocument {
        try await client.post(["keys"], ["account": .string(account), "name": JSONValue(name), "policy": policy.json])
    }

    func text(_ answer: JSONValue) -> String { KeyText.one(answer) }
}

/// What a key may do beyond what its account's plan says; what is left out is no limit of its own.
struct KeyPolicyOptions: ParsableArguments {
    @Option(help: "The models that it may use, separated by commas. (default: all)") var models: String?
    @Option(help: "The most credits of one calendar month, UTC.") var monthlyBudget: CreditsArgument?
    @Option(help: "Requests a minute.") var rpm: Int?
    @Option(help: "Requests at the same time.") var concurrency: Int?
    @Option(help: "The most output tokens of one request.") var maxOutput: Int?
    @Option(help: "When it ends (RFC 3339).") var expires: TimeArgument?
    @Option(help: "Where it may be used from, by the client's address: networks (CIDR), separated by commas. (default: everywhere)")
    var network: String?
    @Flag(help: "Serve a named model that cannot serve with the next one of the plan's route.") var fallback = false
    @Option(help: "What happens when a client leaves: drain or cancel. (default: as the relay is configured)")
    var onDisconnect: OnDisconnectArgument?

    func validate() throws {
        for (option, number) in [("--rpm", rpm), ("--concurrency", concurrency), ("--max-output", maxOutput)] {
            guard number.map({ $0 >= 1 }) ?? true else { throw ValidationError("\(option) is a whole number, at least 1") }
        }
        guard monthlyBudget.map({ $0.credits > .zero }) ?? true else { throw ValidationError("--monthly-budget is more than 0 credits") }
        guard modelNames?.allSatisfy(ModelName.isValid) ?? true else {
            throw ValidationError("--models is a list of names, separated by commas")
        }
        guard networks?.allSatisfy({ Network($0) != nil }) ?? true else {
            throw ValidationError("--network is a list of networks like 192.0.2.0/24 or 2001:db8::/32, separated by commas")
        }
    }

    var json: JSONValue {
        func list(_ texts: [String]?) -> JSONValue { texts.map { .array($0.map(JSONValue.string)) } ?? .null }
        func number(_ number: Int?) -> JSONValue { number.map { JSONValue($0) } ?? .null }
        return [
            "models": list(modelNames), "monthly_budget_credits": JSONValue(monthlyBudget?.credits.description), "rpm": number(rpm),
            "concurrency": number(concurrency), "max_output_tokens": number(maxOutput),
            "expires_at": JSONValue(expires?.time.rfc3339), "networks": list(networks), "fallback": fallback ? true : .null,
            "on_disconnect": JSONValue(onDisconnect?.choice.rawValue),
        ]
    }

    private var modelNames: [String]? { Self.parts(of: models) }
    private var networks: [String]? { Self.parts(of: network) }

    private static func parts(of list: String?) -> [String]? {
        list.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpaces()) } }
    }
}
