import RelayDomain
import Testing

/// What an upstream does, and what its customer must see of it.
struct UpstreamFault: Sendable, CustomTestStringConvertible {
    enum Form: Sendable { case plain, stream }

    /// What the books say about it in the end.
    enum Bill: Sendable, Equatable {
        /// Nothing was charged, and the attempt came to this.
        case voided(String)
        /// Charged exactly, from the reported usage.
        case reported(Credits)
        /// Charged by the relay's own estimate, and the attempt came to this.
        case estimated(String)
    }

    /// How a response ends.
    enum End: Sendable, Equatable {
        /// An error object instead of an answer, with this status and code.
        case refusal(Int, String)
        case answer
        /// A stream that is whole, though its upstream never said `[DONE]`.
        case answerWithoutDone
        /// A stream that ends in an error event, and not in `[DONE]`.
        case errorEvent(String)
        /// The upstream's own refusal.
        case passed(Int)
    }

    let directives: String
    let form: Form
    let end: End
    let bill: Bill
    var model = "gpt-5.2"

    var testDescription: String { "\(form) \(model == "gpt-5.2" ? "" : model + " ")\(directives)" }

    var chat: Chat { Chat(directives: directives, model: model, isStream: form == .stream) }
}

extension UpstreamFault {
    /// The directives in both forms, with one and the same outcome.
    private static func both(_ directives: String, _ end: End, _ bill: Bill, model: String = "gpt-5.2") -> [UpstreamFault] {
        [Form.plain, .stream].map { UpstreamFault(directives: directives, form: $0, end: end, bill: bill, model: model) }
    }

    private static func plain(_ directives: String, _ end: End, _ bill: Bill, model: String = "gpt-5.2") -> [UpstreamFault] {
        [UpstreamFault(directives: directives, form: .plain, end: end, bill: bill, model: model)]
    }

    private static func stream(_ directives: String, _ end: End, _ bill: Bill, model: String = "gpt-5.2") -> [UpstreamFault] {
        [UpstreamFault(directives: directives, form: .stream, end: end, bill: bill, model: model)]
    }

    private static let upstreamError = End.refusal(502, "upstream_error")

    /// Nothing usable came: the next attempt or an error, and no charge.
    static let beforeContent: [UpstreamFault] =
        both("", .refusal(503, "no_upstream_available"), .voided("unreachable"), model: "absent")
        + ["bad-head", "cut=before", "status=401", "status=403", "status=500", "status=502", "status=503"].flatMap {
            both($0, upstreamError, .voided("failed"))
        }
        + ["garbage", "empty", "empty-stream", "gzip-lie", "status=204", "status=302"].flatMap {
            both($0, upstreamError, .voided("malformed"))
        }
        + both("cut=head", upstreamError, .voided("broken"))
        + plain("cut=body", upstreamError, .voided("broken"))
        + plain("lie-length", upstreamError, .voided("broken"))
        + stream("error-after=0", upstreamError, .voided("failed"))
        + both("status=429; retry-after=1", .refusal(503, "no_upstream_available"), .voided("rate_limited"))
        + both("status=408", .refusal(504, "upstream_timeout"), .voided("timed_out"))
        + both("hang=head", .refusal(504, "upstream_timeout"), .voided("timed_out"), model: "impatient")
        + plain("hang=body", .refusal(504, "upstream_timeout"), .voided("timed_out"), model: "impatient")
        + stream("hang=0", .refusal(504, "upstream_timeout"), .voided("timed_out"), model: "impatient")

    /// A part of a stream had come: an error event, no made-up `[DONE]`, and what was delivered is charged.
    static let afterContent: [UpstreamFault] =
        stream("chunks=6; error-after=2", .errorEvent("upstream_error"), .estimated("failed"))
        + stream("chunks=6; cut=2", .errorEvent("upstream_error"), .estimated("broken"))
        + stream("chunks=6; cut=body", .errorEvent("upstream_error"), .estimated("broken"))
        + stream("chunks=6; hang=2", .errorEvent("upstream_timeout"), .estimated("timed_out"), model: "impatient")

    /// 6 tokens of input, 4 of them cached reads beside it, 5 of output.
    private static let figures = "prompt=10; cached=4; completion=5"
    private static let price = Credits(thousandths: 11_400)
    private static let priceWithoutCache = Credits(15)

    /// Oddities that harm nobody: the answer is whole and charged exactly.
    static let harmless: [UpstreamFault] =
        ["", "usage=every", "usage=twice", "usage=finish", "usage=floats", "usage=strings", "set-cookie", "no-length", "tools"].flatMap {
            both("\(figures); \($0)", .answer, .reported(price))
        }
        + ["usage=bare", "usage=null-details"].flatMap { both("\(figures); \($0)", .answer, .reported(priceWithoutCache)) }
        + ["crlf", "cr", "nospace", "comments", "multiline", "bom", "tiny", "lie-length"].flatMap {
            stream("\(figures); \($0)", .answer, .reported(price))
        }
        + stream("\(figures); no-done", .answerWithoutDone, .reported(price))
        + plain("\(figures); slow-body=20", .answer, .reported(price))
        + ["usage=missing", "usage=null", "usage=garbage", "usage=huge"].flatMap { both($0, .answer, .estimated("answered")) }
        + both("usage=missing; chunks=500; chunk-bytes=40; ignore-limit", .answer, .estimated("answered"))
}
