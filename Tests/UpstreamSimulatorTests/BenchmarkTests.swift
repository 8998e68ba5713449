import NIOCore
import Testing

@testable import UpstreamSimulator

@Suite struct BenchmarkTests {
    private func examine(_ text: String) -> BenchmarkScanner.Finding {
        BenchmarkScanner.examine(ByteBuffer(string: text))
    }

    @Test("A request is partial at every split, and then whole, whatever follows it")
    func splits() {
        let request = RawClient.post(ChatJSON.text(stream: true))
        let bytes = Array(request.utf8)
        for count in bytes.indices { #expect(BenchmarkScanner.examine(ByteBuffer(bytes: bytes[..<count])) == .partial) }
        #expect(examine(request) == .chat(bytes: request.utf8.count, streams: true))
        #expect(examine(request + "POST /v1/") == .chat(bytes: request.utf8.count, streams: true))
    }

    @Test(
        "A stream is asked for by a top-level true, however it is spaced",
        arguments: [
            (#"{"stream":true}"#, true), (#"{"stream" : true}"#, true), ("{\"stream\":\n\ttrue}", true), (#"{"stream":false}"#, false),
            ("{}", false), (#"{"content":"\"stream\":true"}"#, false), (#"{"stream":"#, false), (#"{"streams":true}"#, false),
        ])
    func streams(_ body: String, _ streams: Bool) {
        let request = RawClient.post(body, path: "/chat/completions")
        #expect(examine(request) == .chat(bytes: request.utf8.count, streams: streams))
    }

    @Test("Header names are found in any case")
    func headerCase() {
        let request = "POST /v1/chat/completions HTTP/1.1\r\nCONTENT-Length:  2\r\nConnection: Keep-Alive\r\n\r\n{}"
        #expect(examine(request) == .chat(bytes: request.utf8.count, streams: false))
    }

    @Test(
        "What is unusual is left to the real parser",
        arguments: [
            "GET /simulator/counts HTTP/1.1\r\n\r\n", "POST /v1/chat/completions HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}",
            "POST /v1/chat/completions?x HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}", "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
            "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: -2\r\n\r\n{}",
            "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
            "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        ])
    func unusual(_ request: String) {
        #expect(examine(request) == .other)
    }

    @Test("The answers from memory are those of the plan: content, chunks and usage as the script has them")
    func rendered() {
        let answers = BenchmarkAnswers(BenchmarkScript(contentBytes: 250, chunks: 64, promptTokens: 12, cachedTokens: 5), createdSeconds: 1)
        let plain = ReceivedAnswer(answers.plain.writes.flatMap { Array($0.readableBytesView) })
        #expect(answers.plain.writes.count == 1)
        #expect(plain.isWhole && plain.rest.isEmpty)
        #expect(plain.json?.inChoice("message.content")?.utf8.count == 250)
        #expect(plain.json?.at("usage.prompt_tokens") == 12)
        #expect(plain.json?.at("usage.prompt_tokens_details.cached_tokens") == 5)
        let streamed = ReceivedAnswer(answers.streamed.writes.flatMap { Array($0.readableBytesView) })
        #expect(answers.streamed.writes.count == 1)
        #expect(streamed.isWhole && streamed.rest.isEmpty)
        #expect(streamed.chunks.count == 64 + 3)
        #expect(streamed.streamedText.utf8.count == 250)
        #expect(streamed.chunks.last?.at("usage.completion_tokens") == 63)
    }

    @Test("A stream from memory can leave in several writes")
    func writes() {
        let answers = BenchmarkAnswers(BenchmarkScript(contentBytes: 64, chunks: 64, chunksPerWrite: 10), createdSeconds: 1)
        // Role, 64 contents, finish, usage, [DONE].
        #expect(answers.streamed.writes.count == 7)
        #expect(ReceivedAnswer(answers.streamed.writes.flatMap { Array($0.readableBytesView) }).isWhole)
    }
}
