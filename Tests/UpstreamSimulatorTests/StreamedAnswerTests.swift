import Foundation
import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct StreamedAnswerTests {
    @Test("A stream is a role, content, a finish, and [DONE], in OpenAI's shape")
    func shape() throws {
        let transcript = try Transcript(stream: true)
        let answer = transcript.message
        #expect(answer.fields["content-type"] == "text/event-stream; charset=utf-8")
        #expect(answer.isWhole && answer.rest.isEmpty)
        #expect(transcript.last != .close)
        #expect(answer.events.last == "[DONE]")
        #expect(answer.streamedText == "Hello from the simulated upstream. You said: Hello")
        let chunks = answer.chunks
        #expect(chunks.count == answer.events.count - 1)
        #expect(chunks.allSatisfy { $0.at("object", as: String.self) == "chat.completion.chunk" })
        #expect(Set(chunks.compactMap { $0.at("id", as: String.self) }).count == 1)
        #expect(chunks.first?.inChoice("delta.role") == "assistant")
        #expect(chunks.last?.inChoice("finish_reason") == "stop")
        #expect(chunks.last?.inChoice("delta", as: [String: Any].self)?.isEmpty == true)
        #expect(!answer.text.contains("usage"))
        #expect(transcript.outcome?.ending == .answered)
        #expect(transcript.outcome?.streams == true)
        #expect(transcript.outcome?.reported == TokenUsage())
    }

    @Test("With include_usage every chunk has a null usage, and a last one without choices has the figures")
    func includeUsage() throws {
        let transcript = try Transcript("prompt=9;cached=4;completion=6", stream: true, fields: ChatJSON.includeUsage)
        let chunks = transcript.message.chunks
        #expect(chunks.dropLast().allSatisfy { $0["usage"] is NSNull })
        #expect((chunks.last?["choices"] as? [Any])?.isEmpty == true)
        #expect(chunks.last?.at("usage.prompt_tokens") == 9)
        #expect(chunks.last?.at("usage.completion_tokens") == 6)
        #expect(transcript.outcome?.reported == TokenUsage(prompt: 9, cached: 4, completion: 6))
    }

    @Test("[DONE] and the end of the body leave in one write")
    func end() throws {
        let last = try #require(try Transcript(stream: true).writes.last)
        #expect(String(buffer: last) == "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
    }

    @Test("Usage comes on the chunks that are asked for")
    func usagePlaces() throws {
        func figures(_ variant: String, fields: String = ChatJSON.includeUsage) throws -> [Int?] {
            try Transcript("content=12345678;chunks=2;prompt=10;completion=4;usage=\(variant)", stream: true, fields: fields)
                .message.chunks.map { $0.at("usage.completion_tokens") }
        }
        // Chunks: role, two contents, finish, and usage where it has one of its own.
        #expect(try figures("every") == [0, 2, 4, 4, 4])
        #expect(try figures("every", fields: "") == [0, 2, 4, 4])
        #expect(try figures("finish") == [nil, nil, nil, 4])
        #expect(try figures("finish", fields: "") == [nil, nil, nil, 4])
        #expect(try figures("twice") == [nil, nil, nil, nil, 2, 4])
        #expect(try figures("null") == [nil, nil, nil, nil, nil])
        #expect(try figures("missing") == [nil, nil, nil, nil])
        #expect(!(try Transcript("usage=missing", stream: true, fields: ChatJSON.includeUsage).message.text.contains("usage")))
    }

    @Test(
        "However the events are written, they say the same",
        arguments: [
            "crlf", "cr", "nospace", "comments", "multiline", "bom", "tiny", "cr;multiline;tiny",
            "crlf;nospace;comments;multiline;bom;tiny",
        ])
    func styles(_ style: String) throws {
        let usual = try Transcript("content=\"a, b ü,\"", stream: true, fields: ChatJSON.includeUsage).message
        let styled = try Transcript("content=\"a, b ü,\";\(style)", stream: true, fields: ChatJSON.includeUsage).message
        #expect(styled.isWhole)
        #expect(styled.body != usual.body || style == "tiny")
        #expect(styled.events.map { $0.replacingOccurrences(of: "\n", with: "") } == usual.events)
        #expect(styled.chunks.count == usual.chunks.count)
    }

    @Test("Each style leaves its mark")
    func marks() throws {
        func text(_ style: String) throws -> String { try Transcript(style, stream: true, fields: ChatJSON.includeUsage).message.text }
        #expect(try text("crlf").unicodeScalars.split(separator: "\n").allSatisfy { $0.last == "\r" })
        #expect(try text("cr").unicodeScalars.contains("\n") == false)
        #expect(try text("nospace").contains("data:{"))
        #expect(try text("comments").contains("\n\n: ping\n\ndata: "))
        #expect(try text("multiline").contains("\",\ndata: \"object\""))
        // The last break lies inside the usage.
        #expect(try text("multiline").contains(",\ndata: \"rejected_prediction_tokens\":0}}}"))
        #expect(try Transcript("bom", stream: true).message.body.starts(with: EventStyle.byteOrderMark))
    }

    @Test("A tiny stream sends one byte of the body a write")
    func tiny() throws {
        let transcript = try Transcript("tiny=1", stream: true)
        #expect(transcript.writes.dropFirst().dropLast().allSatisfy { $0.readableBytes == 6 })
        #expect(transcript.message.body == (try Transcript(stream: true).message.body))
    }

    @Test("A cut comes after the chunks that are asked for, and before the finish when they are more than there are")
    func cuts() throws {
        for (directive, contents) in [("cut=0", 0), ("cut=2", 2), ("cut=99", 4), ("cut=body", 2)] {
            let transcript = try Transcript("chunks=4;\(directive)", stream: true)
            #expect(transcript.last == .close)
            #expect(!transcript.message.isWhole)
            #expect(transcript.message.chunks.count == 1 + contents)
            #expect(!transcript.message.text.contains("stop"))
            #expect(transcript.outcome?.ending == .broken)
        }
        #expect(try Transcript("cut=head", stream: true).message.body.isEmpty)
        #expect(try Transcript("cut=before", stream: true).bytes.isEmpty)
    }

    @Test("A hang keeps the connection, after the chunks that are asked for")
    func hangs() throws {
        let transcript = try Transcript("chunks=4;hang=3", stream: true)
        #expect(transcript.last == .hang)
        #expect(transcript.message.chunks.count == 4)
    }

    @Test("An error after a 200 is an envelope in a data line, and a clean end without [DONE]")
    func errorAfter() throws {
        let answer = try Transcript("chunks=4;error-after=2", stream: true).message
        #expect(answer.status == 200 && answer.isWhole)
        #expect(answer.chunks.count == 4)
        #expect(answer.chunks.last?.at("error.type", as: String.self) == "server_error")
        #expect(!answer.text.contains("[DONE]"))
    }

    @Test("Chat has no answer that says it failed: an error object comes instead")
    func failedAfter() throws {
        let failed = try Transcript("chunks=4;failed-after=2", stream: true)
        #expect(failed.message.body == (try Transcript("chunks=4;error-after=2", stream: true).message.body))
        #expect(failed.outcome?.ending == .broken)
    }

    @Test("Figures that are reported on every chunk never fall, whatever the number of choices")
    func everyChoice() throws {
        let chunks = try Transcript("chunks=2;completion=8;usage=every", stream: true, fields: #""n":2"#).message.chunks
        #expect(chunks.map { $0.at("usage.completion_tokens") } == [0, 2, 4, 4, 4, 6, 8, 8])
    }

    @Test("A stream may end cleanly without [DONE]")
    func noDone() throws {
        let answer = try Transcript("no-done=1", stream: true).message
        #expect(answer.isWhole && !answer.text.contains("[DONE]"))
        #expect(answer.chunks.last?.inChoice("finish_reason") == "stop")
    }

    @Test("A stream may have a length that is a lie, or none")
    func lengths() throws {
        let lie = try Transcript("lie-length=1", stream: true)
        #expect(!lie.message.isWhole && lie.message.events.last == "[DONE]" && lie.last == .close)
        let open = try Transcript("no-length=1", stream: true)
        #expect(open.message.fields["transfer-encoding"] == nil && open.message.events.last == "[DONE]" && open.last == .close)
        let old = try Transcript(stream: true, connection: ConnectionTraits(keepsAlive: false, isHTTP10: true))
        #expect(old.message.fields["transfer-encoding"] == nil && old.last == .close)
    }

    @Test("Chunks have the number and size that are asked for, within the output limit")
    func chunkSizes() throws {
        func sizes(_ directives: String, fields: String = "") throws -> [Int] {
            try Transcript(directives, stream: true, fields: fields).message.chunks.dropFirst().dropLast().map {
                $0.inChoice("delta.content")?.utf8.count ?? -1
            }
        }
        #expect(try sizes("chunks=3;chunk-bytes=10") == [10, 10, 10])
        #expect(try sizes("chunks=3") == [4, 4, 4])
        #expect(try sizes("chunks=3;chunk-bytes=10", fields: #""max_tokens":4"#) == [10, 6])
        #expect(try sizes("chunks=3;chunk-bytes=10;ignore-limit=1", fields: #""max_tokens":4"#) == [10, 10, 10])
        #expect(try sizes("content=abcdef;chunk-bytes=4") == [4, 2])
    }

    @Test("Several choices stream one after the other")
    func choices() throws {
        let answer = try Transcript("chunks=2", stream: true, fields: #""n":2,"# + ChatJSON.includeUsage).message
        let indexes = answer.chunks.map { $0.inChoice("index", as: Int.self) }
        #expect(indexes == [0, 0, 0, 0, 1, 1, 1, 1, nil])
        #expect(answer.chunks.last?.at("usage.completion_tokens") == 4)
    }

    @Test("A streamed tool call comes as a name and then its arguments in pieces")
    func tools() throws {
        let chunks = try Transcript("tools=1;chunks=3", stream: true).message.chunks
        let calls = chunks.compactMap { $0.inChoice("delta.tool_calls", as: [[String: Any]].self)?.first }
        #expect(calls.first?.at("function.name", as: String.self) == "get_weather")
        let arguments = calls.compactMap { $0.at("function.arguments", as: String.self) }.joined()
        #expect(calls.count == 4)
        #expect(ReceivedAnswer.object(Array(arguments.utf8))?.at("city", as: String.self) == "Lisbon")
        #expect(chunks.last?.inChoice("finish_reason") == "tool_calls")
    }

    @Test("Pauses stand between the content chunks, not before the first")
    func pauses() throws {
        #expect(try Transcript("chunks=4;chunk-delay=7", stream: true).waits == [7, 7, 7])
        #expect(try Transcript("chunks=2;first-byte-delay=9", stream: true).waits == [9])
    }

    @Test("A stream without end goes on, past any limit, in writes of one size")
    func endless() throws {
        let transcript = try Transcript("never-end=1", stream: true, fields: #""max_tokens":1"#, most: 10_000)
        #expect(transcript.writes.count == 10_000)
        #expect(Set(transcript.writes.dropFirst().map(\.readableBytes)).count == 1)
    }

    @Test("A stream of 64 MB needs the memory of one chunk: its writes share one buffer")
    func large() throws {
        let request = try UpstreamRequest(.chat, body: ChatJSON.body(stream: true))
        let behaviour = try SimulatedBehaviour("chunks=16384;chunk-bytes=4096")
        let reply = UpstreamReply(to: request, behaviour: behaviour, script: .default, number: 1, createdSeconds: 0)
        let answer = SimulatedAnswer.reply(reply, to: request, behaviour: behaviour, connection: ConnectionTraits())
        var bytes = 0
        var storages: Set<UInt> = []
        for case .write(let write) in answer.steps where write.readableBytes > 4_096 {
            bytes += write.readableBytes
            write.withUnsafeReadableBytes { _ = storages.insert(UInt(bitPattern: $0.baseAddress)) }
        }
        #expect(bytes > 64 * 1_024 * 1_024)
        #expect(storages.count == 1)
    }
}
