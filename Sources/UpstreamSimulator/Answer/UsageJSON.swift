import NIOCore

/// The usage object, in the forms in which upstreams send it.
enum UsageJSON {
    /// Writes the object, or `null` where the variant says so.
    static func write(_ usage: TokenUsage, as variant: UsageVariant?, to json: inout ByteBuffer) {
        switch variant {
        case .null: json.writeStaticString("null")
        case .garbage: json.writeStaticString(#"{"prompt_tokens":"many","completion_tokens":[-1],"total_tokens":{"a":true}}"#)
        case .huge:
            // Beyond 64 bits, beyond a double, and at the edge of the signed integers.
            json.writeStaticString(
                #"{"prompt_tokens":9223372036854775807,"completion_tokens":99999999999999999999999999,"total_tokens":1e400}"#)
        case .floats: write(usage, before: "", after: ".0", details: .full, to: &json)
        case .strings: write(usage, before: "\"", after: "\"", details: .full, to: &json)
        case .bare: write(usage, before: "", after: "", details: .none, to: &json)
        case .nullDetails: write(usage, before: "", after: "", details: .null, to: &json)
        case nil, .missing, .every, .finish, .twice, .overrun: write(usage, before: "", after: "", details: .full, to: &json)
        }
    }

    private enum Details {
        case full, none, null
    }

    private static func write(_ usage: TokenUsage, before: String, after: String, details: Details, to json: inout ByteBuffer) {
        func number(_ value: Int) -> String { "\(before)\(value)\(after)" }
        json.writeString(#"{"prompt_tokens":"# + number(usage.prompt))
        json.writeString(#","completion_tokens":"# + number(usage.completion))
        json.writeString(#","total_tokens":"# + number(usage.prompt + usage.completion))
        switch details {
        case .none: break
        case .null: json.writeStaticString(#","prompt_tokens_details":null,"completion_tokens_details":null"#)
        case .full:
            let zero = number(0)
            json.writeString(#","prompt_tokens_details":{"cached_tokens":\#(number(usage.cached)),"audio_tokens":\#(zero)}"#)
            json.writeString(#","completion_tokens_details":{"reasoning_tokens":\#(number(usage.reasoning)),"audio_tokens":\#(zero),"#)
            json.writeString(#""accepted_prediction_tokens":\#(zero),"rejected_prediction_tokens":\#(zero)}"#)
        }
        json.writeStaticString("}")
    }
}
