/// Every limit of the simulator, in one place.
enum SimulatorLimits {
    /// The largest request body. A longer one is answered 413 and the connection closed.
    static let requestBodyBytes = 64 * 1_024 * 1_024
    /// Requests that a client may send ahead of the answer on one connection. One more closes it.
    static let pipelinedRequests = 16
    /// Requests that `GET /simulator/requests` remembers.
    static let recordedRequests = 64
    /// Bytes of all recorded bodies and headers together; older requests make room.
    static let recordedBytes = 1_024 * 1_024
    /// Bytes of one recorded body; the rest is left out and `truncated` says so.
    static let recordedBodyBytes = 256 * 1_024
    /// Different fault names that are counted. Further ones are counted as `other`.
    static let faultNames = 256
    /// Steps that one answer performs before other connections of the loop have their turn.
    static let stepsPerTurn = 128
    /// The largest write of a body that is not streamed.
    static let plainWriteBytes = 64 * 1_024
    /// The largest write of such a body when it is sent slowly.
    static let slowPieces = 8
    /// Bytes of the last user text that the default answer repeats.
    static let echoBytes = 200
    /// Choices (`n`, `best_of`) of one prompt, as OpenAI's reference has it.
    static let choices = 128
    /// Prompts or inputs of one request, as OpenAI's reference has it for embeddings.
    static let inputs = 2_048
    /// Numbers of one embedding.
    static let dimensions = 4_096
    /// The largest token count that is taken from a request or a directive.
    static let tokens = 1_000_000_000_000
    /// The longest pause of a directive: an hour.
    static let pauseMilliseconds = 3_600_000
    /// Content chunks of one answer.
    static let chunks = 100_000_000
    /// Bytes of one content chunk.
    static let chunkBytes = 16 * 1_024 * 1_024
    /// Content bytes of one choice: 1 TiB.
    static let contentBytes = 1 << 40
    /// Connections that wait to be accepted.
    static let acceptBacklog: Int32 = 4_096
}
