import RelayDomain

@testable import RelayWire

/// Oddities of what events say.
enum MeaningCorpus {
    private static let hi = Event.data(Event.content("hi"))
    private static let finish = Event.data(Event.finish)
    private static let usage = Event.data(Event.usage)
    private static let whole = hi + finish + usage + Event.done

    static let cases: [StreamCase] = usageCases + failures + renaming

    private static let usageCases: [StreamCase] = [
        StreamCase(
            name: "usage that was asked for", input: whole, forwarded: hi + finish + usage, terminal: Event.done, phase: .terminated,
            usage: Event.reported, contentByteCount: 2, hasFinishReason: true),
        dropped("usage that was not asked for", whole, hi + finish),
        dropped("the same with CRLF", whole.replacing("\n", with: "\r\n"), (hi + finish).replacing("\n", with: "\r\n"), end: "\r\n"),
        dropped(
            "usage without choices", hi + finish + Event.data(#"{"usage":{"prompt_tokens":5,"completion_tokens":7}}"#) + Event.done,
            hi + finish),
        dropped(
            "usage twice",
            hi + finish + Event.data(#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#) + usage + Event.done, hi + finish
        ),
        dropped(
            "usage and then none", hi + finish + usage + Event.data(#"{"choices":[],"usage":{"prompt_tokens":-1}}"#) + Event.done,
            hi + finish),
        dropped(
            "usage null on every event", Event.data(Event.content("hi", #","usage":null"#)) + finish + usage + Event.done,
            Event.data(Event.content("hi", #","usage":null"#)) + finish),
        dropped("cumulative usage on every event", cumulative + Event.done, cumulative),
        dropped("usage on the finishing event", hi + finishWithUsage + Event.done, hi + finishWithUsage),
        dropped("a prompt filter without choices", filter + whole, filter + hi + finish),
        StreamCase(
            name: "usage in a prompt", input: Event.data(Event.content(#"\"usage\":{\"prompt_tokens\":9}"#)),
            forwarded: Event.data(Event.content(#"\"usage\":{\"prompt_tokens\":9}"#)), contentByteCount: 31, dropsUsageChunk: true),
        StreamCase(
            name: "usage in an event that is cut", input: hi + #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}"#,
            forwarded: hi, phase: .malformed, usage: Event.reported, contentByteCount: 2, dropsUsageChunk: true),
    ]

    private static let failures: [StreamCase] = [
        failed("an error after content", hi + Event.data(#"{"error":{"message":"x","code":null}}"#) + hi + Event.done, hi),
        failed("an error at once", Event.data(#"{"error":{"message":"x"}}"#), "", content: 0),
        failed("an error before choices", hi + Event.data(#"{"error":"x","choices":[{"delta":{"content":"abc"}}]}"#) + hi, hi),
        failed(
            "an error after choices is whole", hi + Event.data(#"{"choices":[{"delta":{"content":"abc"}}],"error":"x"}"#) + hi,
            hi + Event.data(#"{"choices":[{"delta":{"content":"abc"}}],"error":"x"}"#), content: 5),
        failed("a typed error", hi + "event: error\ndata: {\"message\":\"x\"}\n\n" + hi, hi),
        failed("a typed error without a space and with CRLF", hi + "event:error\r\ndata: {}\r\n\r\n" + hi, hi),
        failed("a typed error without data", hi + "event: error\n\n" + hi, hi),
        failed("a typed error whose type comes last", hi + "data: {\"message\":\"x\"}\nevent: error\n\n", hi),
        failed(
            "a typed error after choices is whole", hi + "data: \(Event.content("abc"))\nevent: error\n\n" + hi,
            hi + "data: \(Event.content("abc"))\nevent: error\n\n", content: 5),
        failed("an error over many lines, cut", hi + "data: {\"error\":\ndata: {}}", hi),
        StreamCase(
            name: "an error that is null", input: Event.data(#"{"error":null,"choices":[{"delta":{"content":"hi"}}]}"#),
            forwarded: Event.data(#"{"error":null,"choices":[{"delta":{"content":"hi"}}]}"#), contentByteCount: 2),
        malformed("a payload that is no JSON", hi + "data: upstream error\n\n" + hi, hi),
        malformed("an end that is misspelt", hi + "data: [DONE]x\n\n", hi),
        malformed("an end in pieces", hi + "data: [DO\ndata: NE]\n\n", hi),
        malformed("an end behind a payload", hi + "data: {}\ndata: [DONE]\n\n", hi),
        malformed("a payload that is cut", hi + #"data: {"id":"c","choi"# + "\n\n" + hi, hi),
        malformed("a stream that is cut before choices", hi + #"data: {"id":"c","choi"#, hi),
        malformed(
            "a stream that is cut after choices", hi + #"data: {"choices":[{"delta":{"content":"ab"#,
            hi + #"data: {"choices":[{"delta":{"content":"ab"# + "\n\n", content: 4),
        malformed(
            "garbage after choices", hi + #"data: {"choices":[{"delta":{"content":"ab"}!"# + "\n\n" + hi,
            hi + #"data: {"choices":[{"delta":{"content":"ab"}"# + "\n\n", content: 4),
        malformed(
            "a string over two lines", hi + "data: {\"choices\":[{\"delta\":{\"content\":\"a\ndata: b\"}}]}\n\n",
            hi + "data: {\"choices\":[{\"delta\":{\"content\":\"a\ndata:\n\n", content: 3),
        malformed("an event that ends too early after choices", hi + "data: {\"choices\":[{\n\n" + hi, hi + "data: {\"choices\":[{\n\n"),
    ]

    private static let renaming: [StreamCase] = [
        StreamCase(
            name: "another name", input: whole, forwarded: Event.renamed(hi + finish), terminal: Event.done, phase: .terminated,
            usage: Event.reported, contentByteCount: 2, hasFinishReason: true, dropsUsageChunk: true, model: "here"),
        renamed(
            "a name behind the choices", #"data: {"choices":[{"model":"there","delta":{"content":"hi"}}],"model":"th\u0065re"}"#,
            #"data: {"choices":[{"model":"there","delta":{"content":"hi"}}],"model":"here"}"#),
        renamed(
            "a name on a line of its own",
            "event: x\ndata: {\"model\"\ndata: :\ndata: \"there\"\ndata: ,\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}",
            "event: x\ndata: {\"model\"\ndata: :\ndata: \"here\"\ndata: ,\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}"),
        renamed(
            "a name that is null", #"data: {"model":null,"choices":[{"delta":{"content":"hi"}}]}"#,
            #"data: {"model":null,"choices":[{"delta":{"content":"hi"}}]}"#),
        renamed("no name", #"data: {"choices":[{"delta":{"content":"hi"}}]}"#, #"data: {"choices":[{"delta":{"content":"hi"}}]}"#),
        failed(
            "an error before the name", #"data: {"choices":[{"delta":{"content":"x"}}],"error":1,"model":"there"}"# + "\n\n", "",
            content: 0, model: "here"),
        failed(
            "an error behind the name", #"data: {"choices":[{"delta":{"content":"x"}}],"model":"there","error":1}"# + "\n\n",
            #"data: {"choices":[{"delta":{"content":"x"}}],"model":"here","error":1}"# + "\n\n", content: 1, model: "here"),
    ]

    private static let filter = Event.data(#"{"choices":[],"model":"","prompt_filter_results":[{"prompt_index":0}]}"#)
    private static let finishWithUsage = Event.data(
        #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#)
    private static let cumulative =
        Event.data(Event.content("h", #","usage":{"prompt_tokens":5,"completion_tokens":1}"#))
        + Event.data(Event.content("i", #","usage":{"prompt_tokens":5,"completion_tokens":6}"#)) + finishWithUsage

    private static func dropped(_ name: String, _ input: String, _ forwarded: String, end: String = "\n") -> StreamCase {
        StreamCase(
            name: name, input: input, forwarded: forwarded, terminal: "data: [DONE]\(end)\(end)", phase: .terminated, usage: Event.reported,
            contentByteCount: 2, hasFinishReason: true, dropsUsageChunk: true)
    }

    private static func failed(_ name: String, _ input: String, _ forwarded: String, content: Int = 2, model: String? = nil) -> StreamCase {
        StreamCase(name: name, input: input, forwarded: forwarded, phase: .failed, contentByteCount: content, model: model)
    }

    private static func malformed(_ name: String, _ input: String, _ forwarded: String, content: Int = 2) -> StreamCase {
        StreamCase(name: name, input: input, forwarded: forwarded, phase: .malformed, contentByteCount: content)
    }

    private static func renamed(_ name: String, _ input: String, _ forwarded: String) -> StreamCase {
        StreamCase(name: name, input: input + "\n\n", forwarded: forwarded + "\n\n", contentByteCount: 2, model: "here")
    }
}
