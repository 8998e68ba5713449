internal import RelayDomain

extension RequestFields where Field == BodyField {
    /// Refuses what the upstream bills apart from the three meters, and what names an object that lives under the relay's own key, which
    /// its customers share.
    func requireSupported(for endpoint: Endpoint) throws(Refusal) {
        if try bool(.background) ?? false { throw BodyField.background.unsupported("an answer is given on its own connection") }
        for field in BodyField.storedObjects where present(field) != nil {
            throw field.unsupported("it names an object that is stored with the upstream. Send the whole input instead")
        }
        _ = try bool(.store)
        if let member = present(.serviceTier) {
            let tier = JSONValueView(bytes: value(member))
            guard tier.isString("auto") || tier.isString("default") else {
                throw BodyField.serviceTier.unsupported("only `auto` and `default` are priced")
            }
        }
        for field in endpoint.strangeFields where present(field) != nil {
            throw field.unsupported("this endpoint does not have it")
        }
        for field in BodyField.billedApart where present(field) != nil { throw field.unsupported("it is billed apart from tokens") }
        if let member = present(.instructions), member.kind != .string { throw BodyField.instructions.refusal("must be a string") }
        if let member = present(.modalities) {
            guard member.kind == .array else { throw BodyField.modalities.refusal("must be an array") }
            var isText = true
            JSONValueView(bytes: value(member)).forEachElement { isText = isText && $0.isString("text") }
            guard isText else { throw BodyField.modalities.unsupported("only `text` is priced") }
        }
        try requireSupportedTools(for: endpoint)
        for field in BodyField.identifiers {
            if let member = present(field), member.kind != .string { throw field.refusal("must be a string") }
        }
        try requireSupportedContent(of: endpoint)
    }

    private func requireSupportedTools(for endpoint: Endpoint) throws(Refusal) {
        guard let member = present(.tools) else { return }
        guard member.kind == .array else { throw BodyField.tools.refusal("must be an array") }
        var isSupported = true
        JSONValueView(bytes: value(member)).forEachElement { tool in
            tool.forEachMember { key, type in
                guard key.isText("type") else { return }
                isSupported = isSupported && ClientTools.types.contains { type.isString($0) }
            }
        }
        guard isSupported else {
            throw BodyField.tools.unsupported("only tools that you run yourself are: `function`, `custom`, `local_shell`, `apply_patch`")
        }
    }

    private func requireSupportedContent(of endpoint: Endpoint) throws(Refusal) {
        let field = endpoint.promptField
        guard let member = present(field), member.kind == .array else { return }
        switch endpoint {
        case .completions, .embeddings, .moderations: return
        case .chatCompletions where outline.countedMembers == 0: return
        case .chatCompletions, .responses, .inputTokens: break
        }
        if let found = ContentWalk.find(in: value(member), areItems: endpoint != .chatCompletions) {
            throw field.unsupported(found.reason, what: found.name)
        }
    }
}

/// Tools that the client runs itself. All others are run by the upstream, and billed apart or without bound.
private enum ClientTools {
    static let types: [StaticString] = ["function", "custom", "local_shell", "apply_patch"]
}

extension RequestField {
    /// - Parameter what: what is not supported, where it is not the field itself.
    func unsupported(_ reason: String, what: String? = nil) -> Refusal {
        Refusal(.unsupportedParameter, "`\(what ?? param)` is not supported here: \(reason).", param: param)
    }
}
