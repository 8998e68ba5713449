import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite(.timeLimit(.minutes(2))) struct EndpointTests {
    private static let bodies: [Endpoint: String] = [
        .chat: ChatJSON.text(), .responses: ChatJSON.response(), .completions: #"{"model":"m","prompt":"Hello"}"#,
        .embeddings: #"{"model":"m","input":"Hello"}"#, .moderations: #"{"input":"Hello"}"#,
    ]

    private func send(_ body: String, to path: String, _ client: RawClient) async throws -> ReceivedAnswer {
        ReceivedAnswer(try await client.exchange(RawClient.post(body, path: path, headers: "connection: close\r\n")))
    }

    @Test("Every endpoint answers with and without /v1, and is counted by itself")
    func paths() async throws {
        try await withSimulator { simulator, client in
            for endpoint in Endpoint.allCases {
                let body = try #require(Self.bodies[endpoint])
                for path in ["/v1" + endpoint.rawValue, endpoint.rawValue, endpoint.rawValue + "?x=1"] {
                    #expect(try await send(body, to: path, client).status == 200)
                }
                #expect(try await send("{", to: endpoint.rawValue, client).status == 400)
            }
            let counts = simulator.counts
            #expect(counts.chatRequests == 4 && counts.responsesRequests == 4 && counts.completionsRequests == 4)
            #expect(counts.embeddingsRequests == 4 && counts.moderationsRequests == 4)
            #expect(counts.requests == 20 && counts.answered == 15 && counts.refused == 5 && counts.inFlight == 0)
            // Chat and responses 8 each, completions and embeddings 2, moderations nothing.
            #expect(counts.promptTokens == 3 * (8 + 8 + 2 + 2) && counts.completionTokens == 3 * 3 * 13)
            let json = try await client.get("/simulator/counts").json
            #expect(json?.at("responses_requests") == 4 && json?.at("moderations_requests") == 4)
            #expect(simulator.recordedRequests.filter { $0.path == "/v1/embeddings" }.count == 1)
            simulator.reset()
            #expect(simulator.counts.responsesRequests == 0 && simulator.counts.embeddingsRequests == 0)
        }
    }

    @Test("A header, a directive in the text, a rule and the default decide at every endpoint")
    func precedence() async throws {
        let rules = [SimulatorRule(model: "m", numbers: [1, 2, 3], behaviour: try SimulatedBehaviour("status=503"))]
        try await withSimulator(SimulatorScript(defaultBehaviour: try SimulatedBehaviour("status=504"), rules: rules)) { _, client in
            let headers = "x-simulate: status=501\r\nconnection: close\r\n"
            let header = RawClient.post(#"{"model":"m","input":"x"}"#, path: "/v1/embeddings", headers: headers)
            let answers = [
                ReceivedAnswer(try await client.exchange(header)),
                try await send(#"{"model":"m","input":"x [[simulate status=502]]"}"#, to: "/v1/moderations", client),
                try await send(#"{"model":"m","prompt":"x"}"#, to: "/v1/completions", client),
                try await send(#"{"model":"m","input":"x"}"#, to: "/v1/responses", client),
                try await send(#"{"model":"m","input":"[[simulate statsu=1]]"}"#, to: "/v1/responses", client),
            ]
            #expect(answers.map(\.status) == [501, 502, 503, 504, 400])
        }
    }

    @Test("A streamed response arrives whole, is counted with what it reports, and leaves the connection for the next request")
    func stream() async throws {
        try await withSimulator { simulator, client in
            let first = RawClient.post(
                ChatJSON.response(user: "[[simulate chunks=50 chunk-bytes=20000]]", stream: true), path: "/v1/responses")
            let second = RawClient.post(ChatJSON.response(stream: true), path: "/responses", headers: "connection: close\r\n")
            let long = ReceivedAnswer(try await client.exchange(first + second))
            #expect(long.isWhole && long.chunks.count == 58)
            #expect(long.chunks.compactMap { $0.at("delta", as: String.self)?.utf8.count }.reduce(0, +) == 1_000_000)
            let short = ReceivedAnswer(long.rest)
            #expect(short.isWhole && short.namedEvents.last?.name == "response.completed")
            let counts = simulator.counts
            #expect(counts.answered == 2 && counts.streamed == 2 && counts.connectionsOpened == 1)
            #expect(counts.completionTokens == 250_000 + 13)
        }
    }

    @Test("A response that is cut, fails or hangs is counted as broken, with the fault's name")
    func broken() async throws {
        try await withSimulator { simulator, client in
            for directive in ["cut=1", "failed-after=1", "error-after=1", "no-done", "empty-stream"] {
                let body = ChatJSON.response(user: "[[simulate \(directive)]]", stream: true)
                #expect(try await send(body, to: "/v1/responses", client).status == 200)
            }
            let hanging = RawClient.post(ChatJSON.response(user: "[[simulate hang=1]]", stream: true), path: "/v1/responses")
            _ = try await client.exchange(hanging) { ReceivedAnswer($0).chunks.count == 5 }
            let counts = try await counts(of: simulator) { $0.inFlight == 0 }
            #expect(counts.broken == 6 && counts.answered == 0)
            #expect(counts.faults["failed-after"] == 1 && counts.faults["hang"] == 1)
        }
    }

    @Test("In benchmark mode the other endpoints are answered by the real parser")
    func benchmark() async throws {
        try await withSimulator(SimulatorScript(benchmark: BenchmarkScript(contentBytes: 64, chunks: 4))) { simulator, client in
            let answer = try await send(ChatJSON.response(stream: true), to: "/v1/responses", client)
            #expect(answer.chunks.compactMap { $0.at("delta", as: String.self) }.count == 4)
            #expect(simulator.counts.responsesRequests == 1 && simulator.counts.chatRequests == 0)
        }
    }
}
