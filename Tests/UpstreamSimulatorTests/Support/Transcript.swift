import Foundation
import NIOCore

@testable import UpstreamSimulator

/// All that an answer does, performed on nothing: the bytes it sends, its pauses, and how it leaves the connection.
struct Transcript {
    var writes: [ByteBuffer] = []
    var waits: [Int] = []
    var last: AnswerStep?
    let outcome: AnswerOutcome?

    /// - Parameter most: steps after which an endless answer is left.
    init(_ answer: SimulatedAnswer, most: Int = .max) {
        outcome = answer.outcome
        for step in answer.steps.prefix(most) {
            last = step
            switch step {
            case .write(let bytes): writes.append(bytes)
            case .wait(let milliseconds): waits.append(milliseconds)
            case .close, .hang: return
            }
        }
    }

    /// Plans the answer to a chat request with these directives. `fields` stand in the request's JSON, after a comma.
    init(
        _ directives: String = "", stream: Bool = false, fields: String = "", user: String = "Hello", script: SimulatorScript = .default,
        connection: ConnectionTraits = ConnectionTraits(), most: Int = .max
    ) throws {
        let body = ChatJSON.text(user: user, stream: stream, fields: fields)
        try self.init(directives, to: .chat, body: body, script: script, connection: connection, most: most)
    }

    /// Plans the answer to a request for any endpoint.
    init(
        _ directives: String = "", to endpoint: Endpoint, body: String, script: SimulatorScript = .default,
        connection: ConnectionTraits = ConnectionTraits(), most: Int = .max
    ) throws {
        let request = try UpstreamRequest(endpoint, body: ByteBuffer(string: body))
        let behaviour = try SimulatedBehaviour(directives)
        let reply = UpstreamReply(to: request, behaviour: behaviour, script: script, number: 7, createdSeconds: 1_700_000_000)
        self.init(SimulatedAnswer.reply(reply, to: request, behaviour: behaviour, connection: connection), most: most)
    }

    var bytes: [UInt8] { writes.flatMap { Array($0.readableBytesView) } }

    var message: ReceivedAnswer { ReceivedAnswer(bytes) }
}

/// Requests as tests write them.
enum ChatJSON {
    static func text(user: String = "Hello", stream: Bool = false, fields: String = "") -> String {
        var content = ByteBuffer()
        content.writeJSONString(user)
        let tail = (stream ? #","stream":true"# : "") + (fields.isEmpty ? "" : ",\(fields)")
        return #"{"model":"gpt-5.2","messages":[{"role":"user","content":\#(String(buffer: content))}]\#(tail)}"#
    }

    static func body(user: String = "Hello", stream: Bool = false, fields: String = "") -> ByteBuffer {
        ByteBuffer(string: text(user: user, stream: stream, fields: fields))
    }

    /// A request for `POST /v1/responses`.
    static func response(user: String = "Hello", stream: Bool = false, fields: String = "") -> String {
        var content = ByteBuffer()
        content.writeJSONString(user)
        let tail = (stream ? #","stream":true"# : "") + (fields.isEmpty ? "" : ",\(fields)")
        return #"{"model":"gpt-5.2","input":\#(String(buffer: content))\#(tail)}"#
    }

    static let includeUsage = #""stream_options":{"include_usage":true}"#
}
