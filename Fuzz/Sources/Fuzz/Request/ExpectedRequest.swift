internal import RelayDomain

/// What a request body says, read from the reference's tree by the rules of the contract, written here once more.
struct ExpectedRequest {
    private(set) var model = ModelRequest.automatic(isNamed: false)
    private(set) var isStream = false
    private(set) var wantsUsage = false
    private(set) var choices: Int64 = 1
    private(set) var askedOutputTokens: Int64?
    /// The `param` of every refusal that may be given. With more than one fault, any of them may be named.
    private(set) var faults: Set<String> = []

    private static let onceKeys = [
        "model", "models", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "best_of", "store",
        "service_tier", "modalities", "audio", "tools", "web_search_options", "user", "prompt_cache_key", "safety_identifier",
    ]

    private let body: JSONTree

    /// - Parameter body: an object.
    init(_ body: JSONTree) {
        self.body = body
        for key in Self.onceKeys where body.members(named: key).count > 1 { faults.insert(key) }
        readMessages()
        readModels()
        isStream = bool("stream", in: body, param: "stream") ?? false
        readStreamOptions()
        choices = max(count("n", upTo: 128) ?? 1, count("best_of", upTo: 128) ?? 1)
        let limits = [count("max_tokens", upTo: .max), count("max_completion_tokens", upTo: .max)]
        askedOutputTokens = limits.compactMap(\.self).min().map { min($0, TokenLimit.maximum) }
    }

    /// The first one, where it is not null.
    private func value(_ key: String, in object: JSONTree) -> JSONTree? {
        guard let value = object.members(named: key).first?.value, !value.isNull else { return nil }
        return value
    }

    private mutating func readMessages() {
        if value("messages", in: body)?.elements?.isEmpty ?? true { faults.insert("messages") }
    }

    private mutating func readModels() {
        let named = value("model", in: body)
        let listed = value("models", in: body)
        let name = named?.text
        if named != nil, !Self.isName(name) { faults.insert("model") }
        guard let listed else {
            model = name.map { $0 == "auto" ? .automatic(isNamed: true) : .named($0) } ?? .automatic(isNamed: false)
            return
        }
        let names = (listed.elements ?? []).map(\.text)
        guard (1...16).contains(names.count), names.allSatisfy(Self.isName), !names.contains("auto") else {
            faults.insert("models")
            return
        }
        var order: [String] = []
        for case let name? in [name == "auto" ? nil : name] + names where !order.contains(name) { order.append(name) }
        model = .fallback(order)
    }

    private static func isName(_ text: String?) -> Bool { (1...256).contains(text?.utf8.count ?? 0) }

    private mutating func readStreamOptions() {
        guard let options = value("stream_options", in: body) else { return }
        if options.members == nil { faults.insert("stream_options") }
        if options.members(named: "include_usage").count > 1 { faults.insert("stream_options.include_usage") }
        wantsUsage = bool("include_usage", in: options, param: "stream_options.include_usage") ?? false
    }

    private mutating func bool(_ key: String, in object: JSONTree, param: String) -> Bool? {
        guard let value = value(key, in: object) else { return nil }
        guard case .bool(let bool) = value.content else {
            faults.insert(param)
            return nil
        }
        return bool
    }

    /// A whole number from 1 on.
    private mutating func count(_ key: String, upTo limit: Int64) -> Int64? {
        guard let value = value(key, in: body) else { return nil }
        guard case .number(let text) = value.content, let number = WholeNumber.plain(text), (1...limit).contains(number) else {
            faults.insert(key)
            return nil
        }
        return number
    }
}
