import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import RelayWire

extension RelayExchange {
    /// Answers with the tokens of the input, instead of calling an upstream. Free, but it takes of the rate.
    func countInput() {
        guard loop.inputCounter.tokenizer != nil else {
            return end(exchange.refusedHere(Refusal(.notFound, "This relay has no vocabulary to count with.")))
        }
        guard loop.freeCountsWaiting < Self.waitingLimit else {
            let refusal = Refusal(.overloaded, "Input cannot be counted at present. Try again soon.", retryAfterSeconds: 1)
            return end(exchange.refusedHere(refusal))
        }
        loop.freeCountsWaiting += 1
        // Whoever leaves meanwhile lets go of the body; what counts it does not.
        loop.gatheredBytes += bodyBytes
        loop.freeCountPool.runIfActive(eventLoop: loop.eventLoop) { [body, endpoint, counter = loop.inputCounter] in
            counter.count(endpoint, in: body, upTo: Self.countedTokens) ?? 0
        }
        .assumeIsolated().whenComplete { [self] result in
            loop.freeCountsWaiting -= 1
            loop.gatheredBytes -= bodyBytes
            guard isAttempting else { return }
            if case .success(let tokens) = result, tokens > Self.countedTokens {
                let refusal = Refusal(
                    .contextLengthExceeded, "The input has more than \(Self.countedTokens) tokens, more than any model takes.",
                    param: endpoint.inputField)
                return end(exchange.refusedHere(refusal))
            }
            guard let tokens = try? result.get() else {
                return end(exchange.refusedHere(Refusal(.draining, "The relay is shutting down.", retryAfterSeconds: 5)))
            }
            answerHead = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-type": "application/json"])
            answer = .local(Self.inputTokens(tokens))
            isRequestSent = true
            complete()
        }
    }

    /// Counts that wait for their turn on one event loop. They have a thread of their own: nobody who pays waits for them.
    private static let waitingLimit = 16
    /// What is counted at the most.
    private static let countedTokens: Int64 = 2_000_000

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
