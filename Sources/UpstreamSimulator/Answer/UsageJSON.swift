import NIOCore

/// The usage object, in the forms in which upstreams send it.
struct UsageJSON: Sendable {
    /// The names that an endpoint gives to the figures.
    enum Names: Sendable {
        /// `prompt_tokens`, `completion_tokens`: chat and completions.
        case completion
        /// `input_tokens`, `output_tokens`: responses.
        case response
        /// `prompt_tokens` alone: embeddings.
        case embedding

        fileprivate var input: String { self == .response ? "input_tokens" : "prompt_tokens" }

        fileprivate var output: String? {
            switch self {
            case .completion: "completion_tokens"
            case .response: "output_tokens"
            case .embedding: nil
            }
        }
    }

    private enum Details {
        case full, none, null
    }

    private let names: Names
    private let variant: UsageVariant?

    init(_ names: Names, as variant: UsageVariant?) {
        self.names = names
        self.variant = variant
    }

    /// Writes `,"usage":` and the object of a whole answer: with `missing` nothing, with `twice` the field twice.
    func writeField(_ usage: TokenUsage, to json: inout ByteBuffer) {
        guard variant != .missing else { return }
        if variant == .twice {
            json.writeStaticString(#","usage":"#)
            write(usage.half, to: &json)
        }
        json.writeStaticString(#","usage":"#)
        write(usage, to: &json)
    }

    /// Writes the object, or `null` where the variant says so.
    func write(_ usage: TokenUsage, to json: inout ByteBuffer) {
        switch variant {
        case .null: json.writeStaticString("null")
        case .garbage: write(input: "\"many\"", output: "[-1]", total: #"{"a":true}"#, to: &json)
        case .huge:
            // Beyond 64 bits, beyond a double, and at the edge of the signed integers.
            write(input: "9223372036854775807", output: "99999999999999999999999999", total: "1e400", to: &json)
        case .floats: write(usage, before: "", after: ".0", details: .full, to: &json)
        case .strings: write(usage, before: "\"", after: "\"", details: .full, to: &json)
        case .bare: write(usage, before: "", after: "", details: .none, to: &json)
        case .nullDetails: write(usage, before: "", after: "", details: .null, to: &json)
        case nil, .missing, .every, .finish, .twice, .overrun: write(usage, before: "", after: "", details: .full, to: &json)
        }
    }

    private func write(input: String, output: String, total: String, details: String = "", to json: inout ByteBuffer) {
        json.writeString("{\"\(names.input)\":\(input)")
        if let name = names.output { json.writeString(",\"\(name)\":\(output)") }
        json.writeString(",\"total_tokens\":\(total)\(details)}")
    }

    private func write(_ usage: TokenUsage, before: String, after: String, details: Details, to json: inout ByteBuffer) {
        func number(_ value: Int) -> String { "\(before)\(value)\(after)" }
        let fields =
            switch details {
            case .none: ""
            case .null: names.output.map { ",\"\(names.input)_details\":null,\"\($0)_details\":null" } ?? ""
            case .full: fullDetails(cached: number(usage.cached), reasoning: number(usage.reasoning), zero: number(0))
            }
        write(
            input: number(usage.prompt), output: number(usage.completion), total: number(usage.prompt + usage.completion),
            details: fields, to: &json)
    }

    private func fullDetails(cached: String, reasoning: String, zero: String) -> String {
        switch names {
        case .completion:
            #","prompt_tokens_details":{"cached_tokens":\#(cached),"audio_tokens":\#(zero)}"#
                + #","completion_tokens_details":{"reasoning_tokens":\#(reasoning),"audio_tokens":\#(zero),"#
                + #""accepted_prediction_tokens":\#(zero),"rejected_prediction_tokens":\#(zero)}"#
        case .response:
            #","input_tokens_details":{"cached_tokens":\#(cached),"cache_write_tokens":\#(zero)}"#
                + #","output_tokens_details":{"reasoning_tokens":\#(reasoning)}"#
        case .embedding: ""
        }
    }
}
