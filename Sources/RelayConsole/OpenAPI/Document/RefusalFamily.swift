import RelayDomain

/// The refusals that operations of one kind have in common. Each status is a response of its own among the document's components.
struct RefusalFamily: Sendable {
    /// Begins the names of the responses: `Relayed429`.
    let name: String
    let codes: [Refusal.Code]
    var needsKey = true
    /// Headers that the listener's answers may have.
    var headers: Set<APIHeader> = Set(APIHeader.allCases)
    /// Statuses with which an upstream's own refusal is passed through as it came.
    var passing: Set<Int> = []

    /// By status, in its order.
    private static func grouped(_ codes: [Refusal.Code]) -> [(status: Int, codes: [Refusal.Code])] {
        Dictionary(grouping: codes) { Refusal($0, "").status }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The document's components of this family.
    var components: [JSONValue.Field] {
        Self.grouped(codes).map { JSONValue.Field(name: "\(name)\($0.status)", value: response($0.status, $0.codes)) }
    }

    /// - Parameter further: the codes that one operation has beside the family's.
    func responses(with further: [Refusal.Code]) -> [JSONValue.Field] {
        let furtherStatuses = Set(further.map { Refusal($0, "").status })
        return Self.grouped(codes + further).map { status, codes in
            let isFamily = !furtherStatuses.contains(status)
            return JSONValue.Field(
                name: "\(status)",
                value: isFamily ? ["$ref": .string("#/components/responses/\(name)\(status)")] : response(status, codes))
        }
    }

    private func response(_ status: Int, _ codes: [Refusal.Code]) -> JSONValue {
        let own = Schema.all([
            .named("Error"),
            .object([.field("error", .object([.field("code", .words(codes.map(\.rawValue)))]))]),
        ])
        var text = codes.map { "- `\($0.rawValue)`: \($0.meaning)" }.joined(separator: "\n")
        let headers = APIHeader.refusal(status: status).filter(headers.contains)
        guard passing.contains(status) else { return APIAnswer.json(own, text, status: status, headers: headers).json }
        text += "\n\nOr the upstream's own refusal, as it came. It is not billed."
        return APIAnswer.json(
            .either([own, .named("UpstreamError")]), text, status: status, headers: headers + [.attempts]
        ).json
    }
}
