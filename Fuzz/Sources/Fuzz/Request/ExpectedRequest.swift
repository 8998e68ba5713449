internal import RelayDomain
internal import RelayWire

/// What a request body says, read from the reference's tree by the rules of the contract, written here once more.
struct ExpectedRequest {
    private(set) var model = ModelRequest.automatic(isNamed: false)
    private(set) var isStream = false
    private(set) var wantsUsage = false
    private(set) var choices: Int64 = 1
    private(set) var askedOutputTokens: Int64?
    /// The `param` of every refusal that may be given. With more than one fault, any of them may be named.
    private(set) var faults: Set<String> = []

    /// The `param` of every refusal of what is not supported that must be given, where no other is.
    private(set) var unsupported: Set<String> = []

    private let rules: EndpointRules
    private let body: JSONTree

    /// - Parameter body: an object.
    init(_ body: JSONTree, for endpoint: Endpoint) {
        self.body = body
        rules = EndpointRules(endpoint)
        for member in body.members ?? [] {
            let small = Self.inSmallLetters(member.name)
            if member.name != small, rules.watchedKeys.contains(small) { faults.insert(small) }
        }
        for key in rules.watchedKeys where body.members(named: key).count > 1 { faults.insert(key) }
        let prompts = readPrompt(endpoint)
        readModels()
        if rules.isStreamed {
            isStream = bool("stream", in: body, param: "stream") ?? false
            readStreamOptions()
        }
        if !rules.asksForUsage { wantsUsage = true }
        if rules.promptKey != "input" { choices = max(count("n", upTo: 128) ?? 1, count("best_of", upTo: 128) ?? 1) * prompts }
        let limits = rules.limitKeys.map { count($0, from: rules.leastLimit, upTo: .max) }
        askedOutputTokens = limits.compactMap(\.self).min().map { min($0, TokenLimit.maximum) }
        readSupported()
    }

    /// The first one, where it is not null.
    private func value(_ key: String, in object: JSONTree) -> JSONTree? {
        guard let value = object.members(named: key).first?.value, !value.isNull else { return nil }
        return value
    }

    /// - Returns: how many prompts there are.
    private mutating func readPrompt(_ endpoint: Endpoint) -> Int64 {
        let prompt = value(rules.promptKey, in: body)
        let isText = prompt?.text != nil || prompt.map { if case .string = $0.content { true } else { false } } ?? false
        if isText, endpoint != .chatCompletions { return 1 }
        guard let elements = prompt?.elements, !elements.isEmpty else {
            faults.insert(rules.promptKey)
            return 1
        }
        guard endpoint == .completions else { return 1 }
        let kinds = Set(elements.map { Self.kind($0) })
        guard kinds.count == 1, let kind = kinds.first, kind != 0, kind == 2 || elements.count <= 2_048 else {
            faults.insert("prompt")
            return 1
        }
        return kind == 2 ? 1 : Int64(elements.count)
    }

    /// 1 for a string, 2 for a number, 3 for an array, 0 for what is no prompt.
    private static func kind(_ value: JSONTree) -> Int {
        switch value.content {
        case .string: 1
        case .number: 2
        case .array: 3
        default: 0
        }
    }

    private mutating func readSupported() {
        func watched(_ key: String) -> JSONTree? { rules.watchedKeys.contains(key) ? value(key, in: body) : nil }
        for key in [
            "previous_response_id", "conversation", "audio", "web_search_options", "prompt_cache_options", "context_management",
            "search_parameters", "plugins",
        ] + rules.strangeKeys where watched(key) != nil { unsupported.insert(key) }
        if rules.promptKey != "prompt", watched("prompt") != nil { unsupported.insert("prompt") }
        if watched("background") != nil, bool("background", in: body, param: "background") == true { unsupported.insert("background") }
        if watched("store") != nil { _ = bool("store", in: body, param: "store") }
        if let tier = watched("service_tier"), tier.text != "auto", tier.text != "default" { unsupported.insert("service_tier") }
        if let modalities = watched("modalities") {
            if let elements = modalities.elements {
                if elements.contains(where: { $0.text != "text" }) { unsupported.insert("modalities") }
            } else {
                faults.insert("modalities")
            }
        }
        if let tools = watched("tools") {
            let own = ["function", "custom", "local_shell", "apply_patch"]
            if let elements = tools.elements {
                let types = elements.flatMap { $0.members == nil ? [] : $0.members(named: "type") }
                if types.contains(where: { $0.value.text.map { !own.contains($0) } ?? true }) { unsupported.insert("tools") }
            } else {
                faults.insert("tools")
            }
        }
        for key in EndpointRules.identifiers {
            if let value = watched(key), Self.kind(value) != 1 { faults.insert(key) }
        }
        if let instructions = watched("instructions"), Self.kind(instructions) != 1 { faults.insert("instructions") }
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

    /// ASCII's capitals alone are taken for small letters.
    private static func inSmallLetters(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            scalars.append(("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
        }
        return String(scalars)
    }

    private mutating func readStreamOptions() {
        guard let options = value("stream_options", in: body) else { return }
        if (options.members ?? []).contains(where: { $0.name != "include_usage" && Self.inSmallLetters($0.name) == "include_usage" }) {
            faults.insert("stream_options.include_usage")
        }
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
    private mutating func count(_ key: String, from least: Int64 = 1, upTo limit: Int64) -> Int64? {
        guard rules.watchedKeys.contains(key), let value = value(key, in: body) else { return nil }
        guard case .number(let text) = value.content, let number = WholeNumber.plain(text), (least...limit).contains(number) else {
            faults.insert(key)
            return nil
        }
        return number
    }
}
