internal import RelayDomain

/// The members of one kind of request body that the relay reads. The raw value is the place in what a scan watches.
protocol RequestField: CaseIterable, RawRepresentable<Int>, Sendable {
    /// The member's key.
    var key: String { get }
    /// The `param` of a refusal that concerns it.
    var param: String { get }
}

extension RequestField {
    var param: String { key }

    func refusal(_ fault: String) -> Refusal { Refusal(.invalidRequest, "`\(param)` \(fault).", param: param) }
}

/// A request body after its scan, field by field. Null means absent. It is valid as long as the bytes are.
struct RequestFields<Field: RequestField> {
    let bytes: UnsafeRawBufferPointer
    let outline: JSONOutline

    /// - Parameter watch: the fields' keys, at their raw values. Kept by whoever has it, so that a request does not make it anew.
    /// - Throws: a ``Refusal``: `invalid_json` for text that is no JSON object, `invalid_request` for a field that is given twice.
    init(scanning bytes: UnsafeRawBufferPointer, watching watch: JSONWatch) throws(Refusal) {
        self.bytes = bytes
        do {
            outline = try JSONScanner.outline(of: bytes, watching: watch)
        } catch {
            throw Refusal(.invalidJSON, "The body is not valid JSON: \(error.reason.rawValue), at byte \(error.offset).")
        }
        if let index = outline.miswrittenIndex, let field = Field(rawValue: index) {
            throw field.refusal("must be written in small letters")
        }
        if let index = outline.repeatedIndex, let field = Field(rawValue: index) { throw field.refusal("is given twice: send it once") }
    }

    /// The member, also where its value is null.
    func member(_ field: Field) -> JSONMember? { outline.members[field.rawValue] }

    /// The member, where its value is not null.
    func present(_ field: Field) -> JSONMember? {
        guard let member = member(field), member.kind != .null else { return nil }
        return member
    }

    func value(_ member: JSONMember) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[member.value]) }

    func bool(_ field: Field) throws(Refusal) -> Bool? {
        guard let member = present(field) else { return nil }
        guard member.kind == .bool else { throw field.refusal("must be true or false") }
        return bytes[member.value.lowerBound] == UInt8(ascii: "t")
    }

    /// A whole number, written without point and exponent.
    func wholeNumber(_ field: Field, in range: ClosedRange<Int64>) throws(Refusal) -> Int64? {
        guard let member = present(field) else { return nil }
        guard member.kind == .number, let number = JSONText.wholeNumber(value(member)), range.contains(number) else {
            throw field.refusal("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A positive number of tokens. One that is beyond belief is as good as no limit: it is cut to ``TokenLimit/maximum``.
    func tokenLimit(_ field: Field, least: Int64) throws(Refusal) -> Int64? {
        guard let member = present(field) else { return nil }
        guard member.kind == .number, let number = JSONText.wholeNumber(value(member)), number >= least else {
            let bound = least > 1 ? "of at least \(least) tokens" : "of tokens above zero"
            throw field.refusal("must be a whole number \(bound), without point or exponent")
        }
        return min(number, TokenLimit.maximum)
    }

    /// `stream_options`.
    func object(_ field: Field, of inner: StreamOptionsField.Type) throws(Refusal) -> RequestFields<StreamOptionsField>? {
        guard let member = present(field) else { return nil }
        guard member.kind == .object else { throw field.refusal("must be an object") }
        return try RequestFields<StreamOptionsField>(scanning: value(member), watching: StreamOptionsField.watch)
    }

    /// Requires an array that is not empty.
    func requireElements(_ field: Field) throws(Refusal) {
        guard let member = present(field) else { throw field.refusal("is missing") }
        guard member.kind == .array else { throw field.refusal("must be an array") }
        guard value(member).dropFirst().first(where: { !ASCII.isSpace($0) }) != ASCII.closeBracket else {
            throw field.refusal("must not be empty")
        }
    }
}
