import Foundation
import Synchronization

@testable import RelayPayments

/// An endpoint over a chain that is written down, with a say of its own before the chain's.
final class ScriptedEndpoint: RPCTransport {
    /// - Returns: nil where the chain answers.
    typealias Say = @Sendable (_ method: String, _ parameters: String, _ id: Int) throws(TransportFault) -> RPCAnswer?

    private struct State {
        var chain: ScriptedChain
        var say: Say?
        var calls: [String] = []
    }

    private let state: Mutex<State>

    init(_ chain: ScriptedChain, say: Say? = nil) {
        state = Mutex(State(chain: chain, say: say))
    }

    var chain: ScriptedChain {
        get { state.withLock { $0.chain } }
        set { state.withLock { $0.chain = newValue } }
    }

    func set(say: Say?) { state.withLock { $0.say = say } }

    /// The methods of the calls so far, with their parameters as they were sent.
    var calls: [String] { state.withLock { $0.calls } }

    func send(_ body: [UInt8]) async throws(TransportFault) -> RPCAnswer {
        let request = try! JSONSerialization.jsonObject(with: Data(body)) as! [String: Any]
        let method = request["method"] as! String
        let text = String(decoding: body, as: UTF8.self)
        let parameters = String(text[text.range(of: "\"params\":")!.upperBound...].dropLast())
        let id = request["id"] as! Int
        let (say, chain) = state.withLock {
            $0.calls.append("\(method) \(parameters)")
            return ($0.say, $0.chain)
        }
        if let answer = try say?(method, parameters, id) { return answer }
        return Self.result(chain.answer(method, request["params"] as! [Any]), id: id)
    }

    static func result(_ value: Any, id: Int) -> RPCAnswer {
        let envelope: [String: Any] = ["jsonrpc": "2.0", "id": id, "result": value]
        return RPCAnswer(status: 200, body: Array(try! JSONSerialization.data(withJSONObject: envelope)))
    }

    static func text(_ text: String, status: Int = 200) -> RPCAnswer { RPCAnswer(status: status, body: Array(text.utf8)) }

    static func error(_ code: Int, _ message: String, id: Int) -> RPCAnswer {
        text(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#)
    }
}
