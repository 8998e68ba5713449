import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite(.timeLimit(.minutes(2))) struct SocketTests {
    @Test("A plain and a streamed answer arrive whole, and are counted with what they report")
    func answers() async throws {
        try await withSimulator { simulator, client in
            let plain = try await client.chat(ChatJSON.text(fields: #""max_tokens":50"#))
            #expect(plain.json?.inChoice("message.content") == "Hello from the simulated upstream. You said: Hello")
            let streamed = try await client.chat(ChatJSON.text(stream: true, fields: ChatJSON.includeUsage))
            #expect(streamed.streamedText == "Hello from the simulated upstream. You said: Hello")
            let counts = simulator.counts
            #expect(counts.requests == 2 && counts.chatRequests == 2 && counts.answered == 2 && counts.streamed == 1)
            #expect(counts.promptTokens == 16 && counts.completionTokens == 26)
            #expect(counts.inFlight == 0 && counts.connectionsOpened == 2)
        }
    }

    @Test("A header decides before a message, a message before a rule, a rule before the default")
    func precedence() async throws {
        let rules = [SimulatorRule(model: "gpt-5.2", numbers: [1, 2, 3], behaviour: try SimulatedBehaviour("status=503"))]
        try await withSimulator(SimulatorScript(defaultBehaviour: try SimulatedBehaviour("status=504"), rules: rules)) { _, client in
            let directive = ChatJSON.text(user: "[[simulate status=502]]")
            let answers = [
                try await client.chat(directive, headers: "x-simulate: status=501\r\n"), try await client.chat(directive),
                try await client.chat(ChatJSON.text()), try await client.chat(ChatJSON.text()),
            ]
            #expect(answers.map(\.status) == [501, 502, 503, 504])
        }
    }

    @Test("Requests that were sent ahead are answered in their order, on one connection")
    func pipelining() async throws {
        try await withSimulator { simulator, client in
            let requests = (0..<3).map { index in
                // The first answer waits longest.
                let body = ChatJSON.text(user: "number \(index) [[simulate delay=\(9 - 3 * index)]]")
                return RawClient.post(body, headers: index == 2 ? "connection: close\r\n" : "")
            }
            var rest = try await client.exchange(requests.joined())
            for index in 0..<3 {
                let answer = ReceivedAnswer(rest)
                #expect(answer.json?.inChoice("message.content")?.hasSuffix("number \(index)") == true)
                rest = answer.rest
            }
            #expect(rest.isEmpty)
            #expect(simulator.counts.connectionsOpened == 1)
        }
    }

    @Test("A cut connection is closed, a hanging one stays in flight until the client leaves")
    func cutAndHang() async throws {
        try await withSimulator { simulator, client in
            #expect(try await client.exchange(RawClient.post(ChatJSON.text(user: "[[simulate cut=before]]"))).isEmpty)
            let half = try await client.exchange(RawClient.post(ChatJSON.text(user: "[[simulate chunks=9 cut=3]]", stream: true)))
            #expect(ReceivedAnswer(half).chunks.count == 4)
            let hanging = RawClient.post(ChatJSON.text(user: "[[simulate chunks=9 hang=2]]", stream: true))
            _ = try await client.exchange(hanging) { bytes in
                let isEnough = ReceivedAnswer(bytes).chunks.count == 3
                if isEnough { #expect(simulator.counts.inFlight == 1) }
                return isEnough
            }
            let counts = try await counts(of: simulator) { $0.inFlight == 0 }
            #expect(counts.broken == 3 && counts.answered == 0 && counts.abandoned == 0)
            #expect(counts.faults == ["cut": 2, "hang": 1])
        }
    }

    @Test("A client that leaves in the middle of a good answer is counted as such")
    func abandoned() async throws {
        try await withSimulator { simulator, client in
            let request = RawClient.post(ChatJSON.text(user: "[[simulate chunks=100000 chunk-delay=1]]", stream: true))
            _ = try await client.exchange(request) { ReceivedAnswer($0).chunks.count >= 2 }
            let counts = try await counts(of: simulator) { $0.inFlight == 0 }
            #expect(counts.abandoned == 1 && counts.broken == 0)
        }
    }

    @Test("A stream of 16 MB arrives to the byte")
    func large() async throws {
        try await withSimulator { _, client in
            let request = RawClient.post(
                ChatJSON.text(user: "[[simulate chunks=256 chunk-bytes=65536]]", stream: true), headers: "connection: close\r\n")
            let answer = ReceivedAnswer(try await client.exchange(request))
            #expect(answer.isWhole)
            #expect(answer.streamedText.utf8.count == 256 * 65_536)
        }
    }

    @Test("A client that does not read holds up its own stream, at the buffers of the connection, and no other")
    func backPressure() async throws {
        try await withSimulator { simulator, client in
            // 32 MiB are more than the sockets of a connection hold.
            let request = RawClient.post(
                ChatJSON.text(user: "[[simulate chunks=512 chunk-bytes=65536]]", stream: true), headers: "connection: close\r\n")
            let total = try await client.exchange(request) { received in
                guard simulator.counts.chatRequests == 1 else { return false }
                // Nothing is read while this closure runs.
                for _ in 0..<20 { _ = try? await client.chat(ChatJSON.text()) }
                #expect(simulator.counts.answered == 20)
                #expect(simulator.counts.inFlight == 1)
                return false
            }.count
            #expect(total > 512 * 65_536)
            #expect(simulator.counts.answered == 21)
        }
    }

    @Test("A bad directive or a bad body is refused with what is wrong, and counted as refused")
    func refusals() async throws {
        try await withSimulator { simulator, client in
            let directive = try await client.chat(ChatJSON.text(user: "[[simulate statsu=1]]"))
            #expect(directive.status == 400)
            #expect(directive.json?.at("error.message", as: String.self)?.contains("statsu") == true)
            #expect(try await client.chat("{").status == 400)
            #expect(simulator.counts.refused == 2 && simulator.counts.chatRequests == 2)
        }
    }

    @Test("Models are listed, and what is not served is a 404 in the error shape")
    func paths() async throws {
        try await withSimulator { _, client in
            let list = try await client.get("/v1/models")
            #expect((list.json?["data"] as? [[String: Any]])?.compactMap { $0.at("id", as: String.self) } == SimulatorScript.default.models)
            #expect(try await client.get("/models/gpt-5.3").json?.at("object", as: String.self) == "model")
            #expect(try await client.get("/v1/models/none").status == 404)
            let unknown = try await client.get("/v1/nothing")
            #expect(unknown.status == 404)
            #expect(unknown.json?.at("error.code", as: String.self) == "unknown_url")
            #expect(try await client.get("/v1/chat/completions").status == 404)
        }
    }

    @Test("Counts and received requests can be asked for over HTTP, and reset")
    func controls() async throws {
        try await withSimulator { simulator, client in
            let body = ChatJSON.text(user: "[[simulate status=500]]")
            _ = try await client.chat(body, headers: "Authorization: Bearer upstream-key\r\n")
            let counts = try await client.get("/simulator/counts")
            #expect(counts.json?.at("chat_requests") == 1)
            #expect((counts.json?["faults"] as? [String: Int]) == ["status=500": 1])
            let requests = try await client.get("/simulator/requests")
            let first = try #require((requests.json?["data"] as? [[String: Any]])?.first)
            #expect(first.at("body", as: String.self) == body)
            #expect(first.at("path", as: String.self) == "/v1/chat/completions")
            let fields = first["headers"] as? [[String: String]]
            #expect(fields?.contains(["name": "Authorization", "value": "Bearer upstream-key"]) == true)
            let reset = try await client.exchange(RawClient.post("", path: "/simulator/reset", headers: "connection: close\r\n"))
            #expect(ReceivedAnswer(reset).json?.at("chat_requests") == 0)
            #expect(simulator.recordedRequests.isEmpty)
        }
    }

    @Test("Only the last requests are recorded, within the limits")
    func recorder() async throws {
        try await withSimulator { simulator, client in
            let one = RawClient.post(ChatJSON.text(user: String(repeating: "x", count: 300_000)))
            let requests = String(repeating: one, count: 5) + RawClient.post("\u{7f}", headers: "connection: close\r\n")
            _ = try await client.exchange(requests)
            let recorded = simulator.recordedRequests
            #expect(recorded.count < 6 && recorded.reduce(0) { $0 + $1.byteCount } <= SimulatorLimits.recordedBytes)
            #expect(recorded.last?.body == "\u{7f}")
            #expect(recorded.first?.truncated == true && recorded.first?.bodyBytes ?? 0 > 300_000)
        }
    }

    @Test("Bytes that are no request get a 400 and a close; a waiting client is told to go on")
    func oddClients() async throws {
        try await withSimulator { _, client in
            #expect(ReceivedAnswer(try await client.exchange("what is this\r\n\r\n")).status == 400)
            let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n"
            let continued = try await client.exchange(head) { $0.count >= 25 }
            #expect(String(decoding: continued, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
        }
    }

    @Test("A body beyond the limit is refused before it is read whole")
    func tooLarge() async throws {
        try await withSimulator { simulator, client in
            let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: \(SimulatorLimits.requestBodyBytes + 1)\r\n\r\n"
            let body = String(repeating: " ", count: SimulatorLimits.requestBodyBytes + 1)
            let answer = ReceivedAnswer(try await client.exchange(head + body))
            #expect(answer.status == 413)
            #expect(simulator.counts.chatRequests == 0)
        }
    }

    @Test("In benchmark mode usual requests are answered from memory, and unusual ones the same way by the real parser")
    func benchmark() async throws {
        let script = SimulatorScript(benchmark: BenchmarkScript(contentBytes: 256, chunks: 64))
        try await withSimulator(script) { simulator, client in
            let plain = RawClient.post(ChatJSON.text())
            let streamed = RawClient.post(ChatJSON.text(stream: true))
            let isDone: @Sendable ([UInt8]) -> Bool = { bytes in
                let first = ReceivedAnswer(bytes)
                return first.isWhole && ReceivedAnswer(first.rest).isWhole
            }
            let first = ReceivedAnswer(try await client.exchange(plain + streamed, until: isDone))
            let second = ReceivedAnswer(first.rest)
            #expect(first.json?.inChoice("message.content")?.utf8.count == 256)
            #expect(second.chunks.count == 67)
            let slow = try await client.chat(ChatJSON.text(stream: true, fields: ChatJSON.includeUsage))
            #expect(slow.streamedText == second.streamedText && slow.chunks.count == 67)
            let counts = simulator.counts
            #expect(counts.chatRequests == 3 && counts.answered == 3 && counts.streamed == 2)
            #expect(try await client.get("/simulator/counts").json?.at("answered") == 3)
            #expect(simulator.recordedRequests.isEmpty)
        }
    }

    @Test("A port that is taken is an error, not a silence")
    func takenPort() async throws {
        try await withSimulator { simulator, _ in
            let port = simulator.port
            await #expect(throws: (any Error).self) { _ = try await UpstreamSimulator.start(port: port) }
        }
    }

    @Test("Stopping closes connections that hang")
    func stop() async throws {
        let simulator = try await UpstreamSimulator.start(port: 0, threads: 2)
        let client = RawClient(port: simulator.port)
        async let hanging = client.exchange(RawClient.post(ChatJSON.text(user: "[[simulate hang=head]]")))
        _ = try await counts(of: simulator) { $0.inFlight == 1 }
        try await simulator.stop()
        // The stop may reach the client as an end or as a reset; both end its wait.
        #expect((try? await hanging)?.isEmpty ?? true)
        #expect(simulator.counts.connectionsOpen == 0 && simulator.counts.broken == 1)
    }
}
