/// What the simulator serves with `POST` and answers as its script says.
enum Endpoint: String, CaseIterable, Sendable {
    case chat = "/chat/completions"
    case responses = "/responses"
    case completions = "/completions"
    case embeddings = "/embeddings"
    case moderations = "/moderations"

    /// - Parameter path: with or without `/v1`.
    init?(path: some StringProtocol) {
        self.init(rawValue: String(path.hasPrefix("/v1/") ? path.dropFirst(3) : path[...]))
    }

    /// Whether its answers have a usage.
    var reportsUsage: Bool { self != .moderations }
}
