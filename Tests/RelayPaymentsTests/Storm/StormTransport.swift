import RelayPayments

/// A node's way to an endpoint, which ends with the node.
struct StormTransport: RPCTransport {
    let base: HTTPTransport
    let lifeline: Lifeline
    let observer: any StormObserver
    let mutant: StormMutant?

    func send(_ body: [UInt8]) async throws(TransportFault) -> RPCAnswer {
        do {
            try await lifeline.step(observer)
        } catch {
            throw .unreachable(reason: "the node is dead")
        }
        return try await base.send(mutant == .creditsAtHead ? Self.atHead(body) : body)
    }

    private static func atHead(_ body: [UInt8]) -> [UInt8] {
        Array(String(decoding: body, as: UTF8.self).replacing("\"finalized\"", with: "\"latest\"").utf8)
    }
}
