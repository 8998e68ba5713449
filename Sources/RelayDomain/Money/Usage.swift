/// Tokens on each of the three meters, none negative.
public struct Tokens: Hashable, Sendable {
    /// Prompt tokens without cached reads.
    public var input: Int64
    /// Completion tokens, reasoning included.
    public var output: Int64
    /// Prompt tokens that the upstream read from its cache.
    public var cachedRead: Int64

    public init(input: Int64 = 0, output: Int64 = 0, cachedRead: Int64 = 0) {
        self.input = input
        self.output = output
        self.cachedRead = cachedRead
    }

    public static let zero = Tokens()

    public var total: Int64 { input + output + cachedRead }

    public static func += (a: inout Tokens, b: Tokens) {
        a.input += b.input
        a.output += b.output
        a.cachedRead += b.cachedRead
    }

    public static func -= (a: inout Tokens, b: Tokens) {
        a.input -= b.input
        a.output -= b.output
        a.cachedRead -= b.cachedRead
    }
}

/// The largest token count that is believed, of anything: about a trillion. A report above it is nonsense.
public enum TokenLimit {
    public static let maximum: Int64 = 1 << 40
}

/// What a request used, and how that is known.
public struct Usage: Hashable, Sendable {
    /// Where the figures come from. The raw value is the `source` of a receipt.
    public enum Source: String, Sendable, CaseIterable {
        /// From the upstream's own usage object.
        case reported
        /// From the text that was sent and delivered, because the upstream reported nothing.
        case estimated
        /// Nothing was used, or nothing is known and nothing is charged.
        case none
    }

    public var tokens: Tokens
    /// The part of `tokens.output` that was reasoning. Information only: it is never added to anything.
    public var reasoning: Int64
    public var source: Source

    public init(tokens: Tokens, reasoning: Int64 = 0, source: Source) {
        self.tokens = tokens
        self.reasoning = reasoning
        self.source = source
    }

    public static let none = Usage(tokens: .zero, source: .none)
}

/// A usage object as an OpenAI-compatible upstream reports it: cached tokens are a slice of the prompt, reasoning tokens a slice of the completion.
public struct ReportedUsage: Hashable, Sendable {
    public var prompt: Int64
    public var cached: Int64
    public var completion: Int64
    public var reasoning: Int64

    public init(prompt: Int64, cached: Int64 = 0, completion: Int64, reasoning: Int64 = 0) {
        self.prompt = prompt
        self.cached = cached
        self.completion = completion
        self.reasoning = reasoning
    }

    /// The same figures on the relay's meters. A slice that is larger than its whole is cut to it, a negative count is zero.
    public var usage: Usage {
        let prompt = min(max(self.prompt, 0), TokenLimit.maximum)
        let completion = min(max(self.completion, 0), TokenLimit.maximum)
        let cached = min(max(self.cached, 0), prompt)
        return Usage(
            tokens: Tokens(input: prompt - cached, output: completion, cachedRead: cached),
            reasoning: min(max(reasoning, 0), completion),
            source: .reported)
    }
}
