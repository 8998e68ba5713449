internal import RelayDomain

/// What an answer says, read from the reference's tree by what the scanner's documentation promises.
struct ExpectedAnswer {
    private(set) var usage: ReportedUsage?
    private(set) var hasError = false
    private(set) var hasChoices = false
    private(set) var hasFinishReason = false
    private(set) var contentByteCount = 0
    private(set) var model: Range<Int>?
    /// The delivered text in UTF-16, not repaired.
    private(set) var text: [UInt16] = []

    init(_ answer: JSONTree) {
        for member in answer.members ?? [] {
            switch member.name {
            case "usage": usage = ExpectedUsage(member.value).reported ?? usage
            case "error": hasError = hasError || !member.value.isNull
            case "choices": (member.value.elements ?? []).forEach { readChoice($0) }
            case "model":
                if case .string = member.value.content { model = model ?? member.value.range }
            default: break
            }
        }
    }

    private mutating func readChoice(_ choice: JSONTree) {
        hasChoices = true
        for member in choice.members ?? [] {
            switch member.name {
            case "text": deliver(member.value)
            case "delta", "message": readDelivery(member.value)
            case "finish_reason":
                if case .string(let units) = member.value.content {
                    hasFinishReason = hasFinishReason || !units.isEmpty
                } else {
                    hasFinishReason = hasFinishReason || !member.value.isNull
                }
            default: break
            }
        }
    }

    private mutating func readDelivery(_ delivery: JSONTree) {
        for member in delivery.members ?? [] {
            switch member.name {
            case "content", "refusal", "reasoning", "reasoning_content":
                deliver(member.value)
                for part in member.value.elements ?? [] { deliverMembers(["text", "refusal"], of: part) }
            case "tool_calls":
                for call in member.value.elements ?? [] {
                    for inner in call.members ?? [] where ["function", "custom"].contains(inner.name) { readCall(inner.value) }
                }
            case "function_call": readCall(member.value)
            default: break
            }
        }
    }

    private mutating func readCall(_ call: JSONTree) { deliverMembers(["name", "arguments", "input"], of: call) }

    private mutating func deliverMembers(_ names: Set<String>, of object: JSONTree) {
        for member in object.members ?? [] where names.contains(member.name) { deliver(member.value) }
    }

    /// Only strings are delivered.
    private mutating func deliver(_ value: JSONTree) {
        guard case .string(let units) = value.content else { return }
        contentByteCount += value.range.count - 2
        text += units
    }
}
