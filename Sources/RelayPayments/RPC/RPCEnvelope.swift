import Foundation

/// A JSON-RPC 2.0 answer to one request.
///
/// Anything else is no answer, whatever the status: a limiter's `{"Error": …}`, a page, an empty body, a list, another request's answer.
struct RPCEnvelope<Value: Decodable>: Decodable {
    let id: Int64
    let outcome: Outcome

    enum Outcome {
        /// nil: `null`.
        case result(Value?)
        case error(code: Int64, message: String)
    }

    private enum Field: String, CodingKey {
        case jsonrpc, id, result, error
    }

    private struct Fault: Decodable {
        let code: Int64
        let message: String?
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard try fields.decode(String.self, forKey: .jsonrpc) == "2.0" else {
            throw DecodingError.dataCorruptedError(forKey: .jsonrpc, in: fields, debugDescription: "another version")
        }
        id = try fields.decode(Int64.self, forKey: .id)
        if let fault = try fields.decodeIfPresent(Fault.self, forKey: .error) {
            outcome = .error(code: fault.code, message: fault.message ?? "")
        } else if fields.contains(.result) {
            outcome = .result(try fields.decodeIfPresent(Value.self, forKey: .result))
        } else {
            throw DecodingError.dataCorruptedError(forKey: .result, in: fields, debugDescription: "neither result nor error")
        }
    }

    /// What an HTTP answer to request `id` means.
    /// - Returns: nil for `null`.
    static func read(_ answer: RPCAnswer, id: Int64, endpoint: String) throws(RPCFailure) -> Value? {
        if answer.status == 429 { throw RPCFailure(.limited, endpoint, "status 429") }
        guard let envelope = try? JSONDecoder().decode(Self.self, from: Data(answer.body)), envelope.id == id else {
            throw RPCFailure(
                answer.status >= 500 ? .unreachable : .malformed, endpoint,
                "status \(answer.status), and no answer of JSON-RPC to the request")
        }
        switch envelope.outcome {
        case .error(let code, let message):
            throw RPCFailure(RPCFailure.Kind(code: code, message: message), endpoint, "error \(code)")
        case .result(let value):
            guard answer.status == 200 else { throw RPCFailure(.malformed, endpoint, "a result with status \(answer.status)") }
            return value
        }
    }
}
