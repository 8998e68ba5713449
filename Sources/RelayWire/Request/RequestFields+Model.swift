internal import RelayDomain

/// Bounds of what a request may say about its model.
enum ModelNameLimit {
    static let nameBytes = 256
    static let listedNames = 16
}

extension RequestFields {
    /// What `model` and `models` together ask for. A list is tried in its order, a named `model` first; no name stands in it twice.
    func model(_ model: Field, list: Field) throws(Refusal) -> ModelRequest {
        let named = try modelName(model)
        guard let names = try modelNames(list) else {
            return switch named {
            case nil: .automatic(isNamed: false)
            case ModelRequest.automaticName?: .automatic(isNamed: true)
            case let name?: .named(name)
            }
        }
        var order: [String] = []
        if let named, named != ModelRequest.automaticName { order.append(named) }
        for name in names where !order.contains(name) { order.append(name) }
        return .fallback(order)
    }

    private func modelName(_ field: Field) throws(Refusal) -> String? {
        guard let member = present(field) else { return nil }
        guard member.kind == .string else { throw field.refusal("must be a string") }
        guard member.value.count > 2 else { throw field.refusal("must not be empty") }
        guard let name = JSONText.string(value(member)) else { throw field.refusal("is not valid Unicode") }
        guard name.utf8.count <= ModelNameLimit.nameBytes else {
            throw field.refusal("must not be longer than \(ModelNameLimit.nameBytes) bytes")
        }
        return name
    }

    private func modelNames(_ field: Field) throws(Refusal) -> [String]? {
        guard let member = present(field) else { return nil }
        guard member.kind == .array, let names = JSONText.strings(value(member), limit: ModelNameLimit.listedNames), !names.isEmpty,
            names.allSatisfy({ (1...ModelNameLimit.nameBytes).contains($0.utf8.count) })
        else {
            throw field.refusal("must be an array of 1 to \(ModelNameLimit.listedNames) model names")
        }
        guard !names.contains(ModelRequest.automaticName) else {
            throw field.refusal("must name models: `\(ModelRequest.automaticName)` stands alone, in `model`")
        }
        return names
    }
}
