import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import RelayWire

extension RelayExchange {
    /// Answers with the tokens of the input, instead of calling an upstream. Free, but it takes of the rate.
    func countInput() {
        guard loop.inputCounter.tokenizer != nil, loop.mayCount(for: key.account) else {
            let refusal = Refusal(.overloaded, "Input cannot be counted at present. Try again soon.", retryAfterSeconds: 1)
            return end(exchange.refusedHere(refusal))
        }
        loop.countBegan(for: key.account)
        loop.countPool.runIfActive(eventLoop: loop.eventLoop) { [body, endpoint, counter = loop.inputCounter] in
            counter.count(endpoint, in: body) ?? 0
        }
        .assumeIsolated().whenComplete { [self] result in
            loop.countEnded(for: key.account)
            guard isAttempting else { return }
            guard let tokens = try? result.get() else {
                return end(exchange.refusedHere(Refusal(.draining, "The relay is shutting down.", retryAfterSeconds: 5)))
            }
            answerHead = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-type": "application/json"])
            answer = .local(Self.inputTokens(tokens))
            isRequestSent = true
            complete()
        }
    }

    /// Source: OpenAI's API reference, "Get input token counts".
    private static func inputTokens(_ count: Int64) -> ByteBuffer {
        var writer = JSONWriter(appendingTo: ByteBuffer())
        writer.beginObject()
        writer.key("object")
        writer.string("response.input_tokens")
        writer.key("input_tokens")
        writer.integer(count)
        writer.endObject()
        return writer.buffer
    }
}
