/// The figures of a usage object. `cached` is a part of `prompt`, `reasoning` of `completion`; neither is added to anything.
struct TokenUsage: Equatable, Sendable {
    var prompt = 0
    var cached = 0
    var completion = 0
    var reasoning = 0

    /// The same with all figures halved, rounded down: what an upstream may report before it reports the truth.
    var half: TokenUsage {
        TokenUsage(prompt: prompt / 2, cached: cached / 2, completion: completion / 2, reasoning: reasoning / 2)
    }
}
