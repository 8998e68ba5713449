import Synchronization

/// One endpoint, as calls see it.
final class RPCEndpoint: Sendable {
    /// By host and number.
    let name: String
    private let transport: any RPCTransport
    private let lastID = Atomic<Int64>(0)

    init(name: String, transport: any RPCTransport) {
        self.name = name
        self.transport = transport
    }

    /// - Returns: the result; nil for `null`.
    func ask<Value: Decodable>(_ method: String, _ parameters: [RPCParameter], as type: Value.Type) async throws(RPCFailure) -> Value? {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let body = "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"\(method)\",\"params\":\(RPCParameter.array(parameters).json)}"
        let answer: RPCAnswer
        do {
            answer = try await transport.send(Array(body.utf8))
        } catch {
            switch error {
            case .timedOut: throw failure(.timedOut, "no answer in time")
            case .tooLarge: throw failure(.tooLarge, "an answer of more than \(RPCLimits.responseBytes) bytes")
            case .unreachable(let reason): throw failure(.unreachable, reason)
            }
        }
        return try RPCEnvelope<Value>.read(answer, id: id, endpoint: name)
    }

    /// The same, where `null` is no answer.
    func call<Value: Decodable>(_ method: String, _ parameters: [RPCParameter], as type: Value.Type) async throws(RPCFailure) -> Value {
        guard let value = try await ask(method, parameters, as: type) else { throw failure(.malformed, "null for \(method)") }
        return value
    }

    func failure(_ kind: RPCFailure.Kind, _ detail: String) -> RPCFailure { RPCFailure(kind, name, detail) }
}
