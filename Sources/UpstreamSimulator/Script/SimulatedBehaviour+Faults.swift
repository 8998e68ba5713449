extension SimulatedBehaviour {
    /// Directives that shape an answer without harming it; they are not counted.
    private static let harmless: Set<String> = [
        "content", "chunks", "chunk-bytes", "prompt", "completion", "cached", "reasoning", "tools", "retry-after",
    ]
    /// Directives that are counted together with their value.
    private static let countedByValue: Set<String> = ["status", "usage"]

    /// The names under which the answer is counted: the key, and for `status` and `usage` the value too (`status=500`, `cut`).
    var faultNames: [String] {
        guard !directives.isEmpty else { return [] }
        return directives.compactMap { key, value in
            if Self.harmless.contains(key) { return nil }
            if let flag = BehaviourFlag(rawValue: key), !flags.contains(flag) { return nil }
            return Self.countedByValue.contains(key) ? "\(key)=\(value)" : key
        }
    }
}
