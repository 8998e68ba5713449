/// The figures of a usage object. `cached` is a part of `prompt`, `reasoning` of `completion`; neither is added to anything.
struct TokenUsage: Equatable, Sendable {
    var prompt = 0
    var cached = 0
    var completion = 0
    var reasoning = 0

    /// What may be reported after a part of the answer: the prompt at once, the completion in proportion.
    func after(pieces: Int, of all: Int) -> TokenUsage {
        guard pieces < all else { return self }
        var usage = self
        // Completion counts reach a trillion, and their product with the pieces does not fit an integer.
        usage.completion = Int(Double(completion) * (Double(pieces) / Double(all)))
        usage.reasoning = min(reasoning, usage.completion)
        return usage
    }

    /// The same with all figures halved, rounded down: what an upstream may report before it reports the truth.
    var half: TokenUsage {
        TokenUsage(prompt: prompt / 2, cached: cached / 2, completion: completion / 2, reasoning: reasoning / 2)
    }
}
