internal import RelayDomain
internal import RelayWire

/// The scan of a request's body and the body that goes to the upstream, beside a parser that shares nothing with them.
enum RequestTarget {
    /// Has what must be escaped, and what must not.
    private static let model = "an \"upstream's\" \\ name,\n{}é\u{1}"
    /// Larger than any client may ask for.
    private static let tokens: Int64 = 1 << 41

    static func run(_ bytes: [UInt8]) {
        let tree = JSONParser.parse(bytes)
        for endpoint in EndpointRules.endpoints { run(bytes, tree, for: endpoint) }
    }

    private static func run(_ bytes: [UInt8], _ tree: JSONTree?, for endpoint: Endpoint) {
        let expected = tree.flatMap { $0.members == nil ? nil : ExpectedRequest($0, for: endpoint) }
        do {
            let request = try ScannedRequest(bytes, for: endpoint)
            guard let tree, let expected else { return require(false, "only JSON objects are taken: \(shown(bytes))") }
            let faults = expected.faults.union(expected.unsupported)
            require(faults.isEmpty, "\(endpoint): a fault of \(faults) is refused: \(shown(bytes))")
            compare(request, expected, bytes)
            checkUpstreamBody(request, tree, bytes, endpoint)
        } catch {
            guard let expected else { return require(error.code == .invalidJSON, "\(error.code) for no JSON object: \(shown(bytes))") }
            let param = error.param ?? ""
            let isExpected =
                switch error.code {
                case .invalidRequest: expected.faults.contains(param)
                // What the content must not have is a rule of its own: here it is only known where it stands.
                case .unsupportedParameter: expected.unsupported.contains(param) || param == EndpointRules(endpoint).promptKey
                default: false
                }
            require(
                isExpected,
                "\(endpoint): \(error.message) (\(param)) where the faults are \(expected.faults), \(expected.unsupported): \(shown(bytes))"
            )
        }
    }

    private static func compare(_ request: ScannedRequest, _ expected: ExpectedRequest, _ bytes: [UInt8]) {
        require(request.model == expected.model, "model \(request.model) is \(expected.model): \(shown(bytes))")
        require(request.isStream == expected.isStream, "stream is \(expected.isStream): \(shown(bytes))")
        require(request.wantsUsage == expected.wantsUsage, "include_usage is \(expected.wantsUsage): \(shown(bytes))")
        require(request.choices == expected.choices, "the choices \(request.choices) are \(expected.choices): \(shown(bytes))")
        require(
            request.askedOutputTokens == expected.askedOutputTokens,
            "the limit \(request.askedOutputTokens ?? -1) is \(expected.askedOutputTokens ?? -1): \(shown(bytes))")
        require(request.inputTokenBound >= 0 && request.inputTokensByBytes >= 0, "a prompt has tokens: \(shown(bytes))")
    }

    private static func checkUpstreamBody(_ request: ScannedRequest, _ before: JSONTree, _ bytes: [UInt8], _ endpoint: Endpoint) {
        let body = request.upstreamBody(model: model, maxOutputTokens: tokens)
        guard let after = JSONParser.parse(body), after.members != nil else {
            return require(false, "the upstream's body is a JSON object: \(shown(bytes)) became \(shown(body))")
        }
        ExpectedBody(rules: EndpointRules(endpoint), before: before, beforeBytes: bytes, after: after, afterBytes: body)
            .check(model: model, tokens: tokens, asksForUsage: request.isStream && !request.wantsUsage)
        // What was made is taken again, and says what was written.
        guard let again = try? ScannedRequest(body, for: endpoint) else {
            return require(false, "the upstream's body is a request: \(shown(body))")
        }
        require(
            again.model == .named(model) && (again.askedOutputTokens ?? TokenLimit.maximum) == TokenLimit.maximum,
            "it says what was written: \(shown(body))")
        require(again.isStream == request.isStream && again.choices == request.choices, "it says what was asked: \(shown(body))")
    }
}
