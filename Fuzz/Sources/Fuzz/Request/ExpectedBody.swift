/// Holds the body that goes to the upstream against the one that came.
struct ExpectedBody {
    /// A member's bytes, without white space around them.
    private struct Part: Equatable {
        let name: [UInt16]
        let bytes: [UInt8]
    }

    private var changedKeys: [String] {
        ["model", "models", "stream_options"] + rules.limitKeys + (rules.isStreamed ? ["store"] : []) + EndpointRules.identifiers
    }

    let rules: EndpointRules
    let before: JSONTree
    let beforeBytes: [UInt8]
    let after: JSONTree
    let afterBytes: [UInt8]

    func check(model: String, tokens: Int64, asksForUsage: Bool) {
        checkUnchanged()
        checkValue("model", is: model)
        expect(after.members(named: "models").isEmpty, "models are removed")
        checkLimits(tokens)
        if asksForUsage { checkUsage() } else { checkSame("stream_options") }
        if rules.isStreamed { checkStore() }
        for key in EndpointRules.identifiers {
            if let text = before.members(named: key).first?.value.text { checkValue(key, is: "<\(text)>") }
        }
        if after.members?.count == before.members?.count, before.members(named: "models").isEmpty { checkBytes() }
    }

    private func expect(_ holds: Bool, _ rule: @autoclosure () -> String) {
        require(holds, "\(rule()); \(shown(beforeBytes)) became \(shown(afterBytes))")
    }

    // MARK: What stays

    /// What is around the object, and every member but those that are changed, byte for byte and in the same order.
    private func checkUnchanged() {
        expect(beforeBytes[..<before.range.lowerBound] == afterBytes[..<after.range.lowerBound], "the bytes before the object stay")
        expect(Array(beforeBytes[before.range.upperBound...]) == Array(afterBytes[after.range.upperBound...]), "the bytes behind it stay")
        let parts = (before: Self.parts(before, beforeBytes), after: Self.parts(after, afterBytes))
        let changed = changedKeys.map { Array($0.utf16) }
        expect(
            parts.before.filter { !changed.contains($0.name) } == parts.after.filter { !changed.contains($0.name) },
            "the other members stay")
    }

    private static func parts(_ object: JSONTree, _ bytes: [UInt8]) -> [Part] {
        (object.members ?? []).map { Part(name: $0.key, bytes: Array(bytes[$0.keyRange.lowerBound..<$0.value.range.upperBound])) }
    }

    /// The same member with the same bytes, or none in either.
    private func checkSame(_ key: String) {
        let parts = (before: Self.parts(before, beforeBytes), after: Self.parts(after, afterBytes))
        let name = Array(key.utf16)
        expect(parts.before.filter { $0.name == name } == parts.after.filter { $0.name == name }, "\(key) stays")
    }

    /// With no member more or less, every byte outside of changed values stays.
    private func checkBytes() {
        var expected: [UInt8] = []
        var copied = 0
        for (old, new) in zip(before.members ?? [], after.members ?? []) {
            expected += beforeBytes[copied..<old.value.range.lowerBound] + afterBytes[new.value.range]
            copied = old.value.range.upperBound
        }
        expect(expected + beforeBytes[copied...] == afterBytes, "what is between the values stays")
    }

    // MARK: What changes

    private func checkValue(_ key: String, is text: String) {
        let members = after.members(named: key)
        expect(members.count == 1 && members[0].value.text == text, "\(key) is \(text.debugDescription)")
    }

    private func isNumber(_ key: String, _ number: Int64) -> Bool {
        let members = after.members(named: key)
        guard members.count == 1, case .number(let text) = members[0].value.content else { return false }
        return text == "\(number)"
    }

    private func checkLimits(_ tokens: Int64) {
        guard let added = rules.limitKeys.first else { return }
        let given = rules.limitKeys.filter { before.members(named: $0).first.map { !$0.value.isNull } ?? false }
        let set = given.isEmpty ? [added] : given
        for key in rules.limitKeys {
            if set.contains(key) { expect(isNumber(key, tokens), "\(key) is the limit") } else { checkSame(key) }
        }
    }

    /// It is false, or says nothing where nothing is stored by default.
    private func checkStore() {
        let members = after.members(named: "store")
        if let member = members.first, members.count == 1 {
            if case .bool(false) = member.value.content { return }
            expect(member.value.isNull && !rules.storesByDefault, "nothing is stored")
        } else {
            expect(members.isEmpty && !rules.storesByDefault, "nothing is stored")
        }
    }

    private func checkUsage() {
        let options = after.members(named: "stream_options")
        expect(options.count == 1, "stream_options stands there once")
        let flags = options[0].value.members(named: "include_usage")
        guard flags.count == 1, case .bool(true) = flags[0].value.content else { return expect(false, "include_usage is true") }
        let name = Array("include_usage".utf16)
        let old = before.members(named: "stream_options").first.map { Self.parts($0.value, beforeBytes) } ?? []
        expect(
            Self.parts(options[0].value, afterBytes).filter { $0.name != name } == old.filter { $0.name != name },
            "the other options stay")
    }
}
