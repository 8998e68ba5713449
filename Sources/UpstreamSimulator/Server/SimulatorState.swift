import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// What all connections share, and the way from a request to its answer.
final class SimulatorState: Sendable {
    let script: SimulatorScript
    private let tokenCount: TokenCount
    let counts = CountsBoard()
    private let progress: Mutex<RuleProgress>
    private let recorder = Mutex(RequestRecorder())

    init(script: SimulatorScript, tokenCount: TokenCount = TokenCount()) {
        self.script = script
        self.tokenCount = tokenCount
        progress = Mutex(RuleProgress(rules: script.rules))
    }

    var recordedRequests: [RecordedRequest] { recorder.withLock { $0.requests } }

    func reset() {
        counts.reset()
        progress.withLock { $0.reset() }
        recorder.withLock { $0.reset() }
    }

    /// Decides the answer to a request and counts its beginning. The caller counts the end of those that have an outcome.
    func answer(to request: ReceivedRequest) -> SimulatedAnswer {
        let head = request.head
        let connection = ConnectionTraits(keepsAlive: head.isKeepAlive, isHTTP10: head.version == .http1_0)
        let path = head.uri.prefix { $0 != "?" }
        if head.method == .POST, let endpoint = Endpoint(path: path) {
            record(request)
            return answer(to: request, endpoint: endpoint, connection: connection)
        }
        switch (head.method, path) {
        case (.GET, "/v1/models"), (.GET, "/models"):
            record(request)
            return .json(ModelList.json(script.models), connection: connection)
        case (.GET, "/simulator/counts"): return Self.encoded(counts.snapshot, connection: connection)
        case (.GET, "/simulator/requests"): return Self.encoded(["data": recordedRequests], connection: connection)
        case (.POST, "/simulator/reset"):
            reset()
            return Self.encoded(counts.snapshot, connection: connection)
        default: return unknown(request, path: path, connection: connection)
        }
    }

    private func unknown(_ request: ReceivedRequest, path: Substring, connection: ConnectionTraits) -> SimulatedAnswer {
        if !path.hasPrefix("/simulator/") { record(request) }
        for prefix in ["/v1/models/", "/models/"] where request.head.method == .GET && path.hasPrefix(prefix) {
            let name = String(path.dropFirst(prefix.count))
            if script.models.contains(name) { return .json(ModelList.json(model: name), connection: connection) }
            let missing = RequestRefusal(
                status: 404, message: "The model '\(name)' does not exist", param: "model", code: "model_not_found")
            return .refusal(missing, isCounted: false, connection: connection)
        }
        let message = "Invalid URL (\(request.head.method.rawValue) \(path))"
        return .refusal(RequestRefusal(status: 404, message: message, code: "unknown_url"), isCounted: false, connection: connection)
    }

    private func answer(to received: ReceivedRequest, endpoint: Endpoint, connection: ConnectionTraits) -> SimulatedAnswer {
        do {
            let request = try UpstreamRequest(endpoint, body: received.body, counting: tokenCount)
            let behaviour = try behaviour(for: request, header: received.head.headers.first(name: "x-simulate"))
            let number = counts.started(endpoint, faults: behaviour.faultNames)
            let createdSeconds = Int(Date().timeIntervalSince1970)
            let reply = UpstreamReply(to: request, behaviour: behaviour, script: script, number: number, createdSeconds: createdSeconds)
            return .reply(reply, to: request, behaviour: behaviour, connection: connection)
        } catch {
            _ = counts.started(endpoint, faults: [])
            return .refusal(error, isCounted: true, connection: connection)
        }
    }

    private func behaviour(for request: UpstreamRequest, header: String?) throws(RequestRefusal) -> SimulatedBehaviour {
        // Rules count every request, also those that say themselves what they want.
        let ruled = script.rules.isEmpty ? nil : progress.withLock { $0.behaviour(forModel: request.model) }
        guard let directives = header ?? request.directives else { return ruled ?? script.defaultBehaviour }
        do {
            return try SimulatedBehaviour(directives)
        } catch {
            throw RequestRefusal(message: "Simulator: \(error.message).", param: "simulate", code: "invalid_directive")
        }
    }

    private func record(_ request: ReceivedRequest) {
        guard script.recordsRequests, script.benchmark == nil else { return }
        let recorded = RecordedRequest(request)
        recorder.withLock { $0.record(recorded) }
    }

    private static func encoded(_ value: some Encodable, connection: ConnectionTraits) -> SimulatedAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return .json(ByteBuffer(bytes: try encoder.encode(value)), connection: connection)
        } catch {
            return .refusal(RequestRefusal(status: 500, message: "\(error)"), isCounted: false, connection: connection)
        }
    }
}
