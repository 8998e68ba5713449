/// What the simulator has done since its start or its last reset; also the JSON of `GET /simulator/counts`.
///
/// The requests of all endpoints together = `answered` + `refused` + `broken` + `abandoned` + `in_flight`, whenever nothing moves.
public struct SimulatorCounts: Codable, Equatable, Sendable {
    /// All requests that were received whole, of every kind.
    public var requests = 0
    /// Chat requests that were received whole; below, those of each other endpoint.
    public var chatRequests = 0
    public var responsesRequests = 0
    public var completionsRequests = 0
    public var embeddingsRequests = 0
    public var moderationsRequests = 0
    /// Requests, to any endpoint, that got a usable answer, whole.
    public var answered = 0
    /// Those of `answered` that were streamed.
    public var streamed = 0
    /// Chat requests that got an error envelope.
    public var refused = 0
    /// Requests whose answer was made unusable by a fault: cut, hanging, empty, garbage.
    public var broken = 0
    /// Requests whose client left before the end of a good answer.
    public var abandoned = 0
    /// Requests that are being answered. A reset does not change it.
    public var inFlight = 0
    public var connectionsOpened = 0
    /// A reset does not change it.
    public var connectionsOpen = 0
    /// What the usage of all `answered` requests reports, added up; nothing for those whose usage is missing or nonsense.
    public var promptTokens = 0
    public var cachedTokens = 0
    public var completionTokens = 0
    /// Requests by fault: the directive's key; for `status` and `usage` with the value, as in `status=500`.
    public var faults: [String: Int] = [:]

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case requests, answered, streamed, refused, broken, abandoned, faults
        case chatRequests = "chat_requests"
        case responsesRequests = "responses_requests"
        case completionsRequests = "completions_requests"
        case embeddingsRequests = "embeddings_requests"
        case moderationsRequests = "moderations_requests"
        case inFlight = "in_flight"
        case connectionsOpened = "connections_opened"
        case connectionsOpen = "connections_open"
        case promptTokens = "prompt_tokens"
        case cachedTokens = "cached_tokens"
        case completionTokens = "completion_tokens"
    }
}
