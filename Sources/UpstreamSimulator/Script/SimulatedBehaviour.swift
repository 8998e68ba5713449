/// How one request is answered, to any endpoint. Directives combine freely; the empty behaviour is a plain, friendly answer.
///
/// Written as text, `status=500; retry-after=2` (separated by `;` or white space, a value with spaces in double quotes, a flag may stand
/// alone), or as a JSON object of the same keys, `{"status": 500, "retry-after": 2}`.
///
/// | directive | does |
/// |---|---|
/// | `status=N` | answers with this status (200 to 599) and OpenAI's error envelope; a 204 has no body, a 302 a `location` |
/// | `retry-after=N` | adds the header |
/// | `delay=MS` | waits before the head |
/// | `first-byte-delay=MS` | waits between the head and the first byte of the body |
/// | `chunk-delay=MS` | waits between the content chunks of a stream |
/// | `slow-body=MS` | sends a plain body in 8 pieces with this pause between them |
/// | `content=TEXT` | the answer's text |
/// | `chunks=N`, `chunk-bytes=N` | that many content chunks of that many bytes; without `content`, filler text of 4 bytes a chunk |
/// | `prompt=N`, `completion=N`, `cached=N`, `reasoning=N` | figures of the usage; `cached` is reported as it is given, even above the prompt |
/// | `usage=missing` | no usage at all |
/// | `usage=null` | `"usage":null`, where the usage should be |
/// | `usage=every` | cumulative usage on every chunk, asked for or not |
/// | `usage=finish` | on the finish chunk, asked for or not, and on no chunk of its own |
/// | `usage=twice` | half of the figures, then all of them |
/// | `usage=floats`, `strings`, `bare`, `null-details` | `12.0`; `"12"`; without the details; with null for them |
/// | `usage=garbage`, `huge` | an object that makes no sense; numbers that fit no integer |
/// | `usage=overrun` | 1,000 completion tokens more than the request allowed |
/// | `ignore-limit` | text beyond the output limit is delivered; the reported tokens stay within it |
/// | `tools` | answers with a tool call, of the request's first tool |
/// | `cut=before`, `head`, `body`, `N` | closes the connection before any byte; after the head; half-way; after N content chunks |
/// | `hang=head`, `body`, `N` | sends nothing; stops half-way; stops after N content chunks; and keeps the connection open |
/// | `error-after=N` | after N content chunks, an error object in a data line, then a clean end without `[DONE]` |
/// | `failed-after=N` | of a response: after N content chunks `response.failed`, without usage; else as `error-after` |
/// | `no-done` | a clean end without `[DONE]`, or of a response without its last event |
/// | `crlf`, `cr`, `nospace`, `comments`, `multiline`, `bom` | oddities of event streams that the standard allows |
/// | `tiny` | one byte of the body a write, and a transfer chunk of its own in a stream |
/// | `garbage`, `empty`, `empty-stream` | a 200 that is not JSON; without a body; an event stream of its end alone |
/// | `lie-length`, `no-length` | a `content-length` beyond the body, then a close; a body that ends with the connection |
/// | `gzip-lie` | says `content-encoding: gzip` and sends something else |
/// | `never-end` | content without end, until the client closes; the output limit is ignored |
/// | `set-cookie` | headers that concern the upstream's customer alone: cookie, organisation, request id, rate limits |
/// | `bad-head` | bytes that are no HTTP response, then a close |
///
/// Of a response a content chunk is a delta. Its stream has no usage chunk: what `usage` asks for is done to the response that the last
/// event repeats, and `every`, `finish` and `twice` report in further `response.in_progress` events before it too: after each delta, all
/// the figures, half of them. Completions have no tool calls. Embeddings and moderations have no content: they do what concerns plain
/// bodies (with `never-end` they go on after their JSON), and embeddings what concerns the prompt and the usage.
public struct SimulatedBehaviour: Equatable, Sendable {
    /// The directives as they were given, by key.
    public private(set) var directives: [String: String] = [:]

    var status: Int?
    var retryAfter: String?
    var delayMilliseconds = 0
    var firstByteDelayMilliseconds = 0
    var chunkDelayMilliseconds = 0
    var slowBodyMilliseconds = 0
    var content: String?
    var chunks: Int?
    var chunkBytes: Int?
    var promptTokens: Int?
    var completionTokens: Int?
    var cachedTokens: Int?
    var reasoningTokens: Int?
    var usage: UsageVariant?
    var cut: BreakPoint?
    var hang: BreakPoint?
    var errorAfterChunks: Int?
    var failedAfterChunks: Int?
    var flags: Set<BehaviourFlag> = []

    /// The friendly answer.
    public init() {}

    /// Reads directives as text or as a JSON object.
    ///
    /// - Throws: `SimulatorScriptError` for an unknown key or a value that it does not take.
    public init(_ text: String) throws(SimulatorScriptError) {
        self.init()
        for (key, value) in try BehaviourText.pairs(in: text) { try set(key, to: value) }
    }

    /// Takes one directive; a later value of a key replaces the earlier one.
    mutating func set(_ key: String, to value: String) throws(SimulatorScriptError) {
        if let flag = BehaviourFlag(rawValue: key) {
            switch value {
            case "", "1", "true": flags.insert(flag)
            case "0", "false": flags.remove(flag)
            default: throw SimulatorScriptError("\(key) takes 1 or 0, not '\(value)'")
            }
        } else {
            try setValue(of: key, to: value)
        }
        directives[key] = value
    }

    private mutating func setValue(of key: String, to value: String) throws(SimulatorScriptError) {
        switch key {
        case "status": status = try Self.number(key, value, in: 200...599)
        case "retry-after": retryAfter = try Self.headerValue(key, value)
        case "delay": delayMilliseconds = try Self.number(key, value, in: 0...SimulatorLimits.pauseMilliseconds)
        case "first-byte-delay": firstByteDelayMilliseconds = try Self.number(key, value, in: 0...SimulatorLimits.pauseMilliseconds)
        case "chunk-delay": chunkDelayMilliseconds = try Self.number(key, value, in: 0...SimulatorLimits.pauseMilliseconds)
        case "slow-body": slowBodyMilliseconds = try Self.number(key, value, in: 0...SimulatorLimits.pauseMilliseconds)
        case "content": content = value
        case "chunks": chunks = try Self.number(key, value, in: 1...SimulatorLimits.chunks)
        case "chunk-bytes": chunkBytes = try Self.number(key, value, in: 1...SimulatorLimits.chunkBytes)
        case "prompt": promptTokens = try Self.number(key, value, in: 0...SimulatorLimits.tokens)
        case "completion": completionTokens = try Self.number(key, value, in: 0...SimulatorLimits.tokens)
        case "cached": cachedTokens = try Self.number(key, value, in: 0...SimulatorLimits.tokens)
        case "reasoning": reasoningTokens = try Self.number(key, value, in: 0...SimulatorLimits.tokens)
        case "usage":
            guard let variant = UsageVariant(rawValue: value) else {
                let known = UsageVariant.allCases.map(\.rawValue).joined(separator: ", ")
                throw SimulatorScriptError("usage takes \(known), not '\(value)'")
            }
            usage = variant
        case "cut": cut = try Self.breakPoint(key, value, start: "before")
        case "hang": hang = try Self.breakPoint(key, value, start: "head")
        case "error-after": errorAfterChunks = try Self.number(key, value, in: 0...SimulatorLimits.chunks)
        case "failed-after": failedAfterChunks = try Self.number(key, value, in: 0...SimulatorLimits.chunks)
        default: throw SimulatorScriptError("there is no directive '\(key)'")
        }
    }

    private static func number(_ key: String, _ value: String, in range: ClosedRange<Int>) throws(SimulatorScriptError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw SimulatorScriptError("\(key) takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(value)'")
        }
        return number
    }

    private static func headerValue(_ key: String, _ value: String) throws(SimulatorScriptError) -> String {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
            throw SimulatorScriptError("\(key) takes what a header can carry")
        }
        return value
    }

    private static func breakPoint(_ key: String, _ value: String, start: String) throws(SimulatorScriptError) -> BreakPoint {
        // `hang=head` sends nothing at all, so "head" means the start there and the head's end for `cut`.
        switch value {
        case start: return .start
        case "head": return .head
        case "body": return .body
        default: break
        }
        guard let chunks = Int(value), (0...SimulatorLimits.chunks).contains(chunks) else {
            let words = start == "head" ? "head, body" : "\(start), head, body"
            throw SimulatorScriptError("\(key) takes \(words) or a number of content chunks, not '\(value)'")
        }
        return .chunks(chunks)
    }
}
