/// What is done to the usage report. See `SimulatedBehaviour` for what each value sends.
enum UsageVariant: String, CaseIterable, Sendable {
    case missing, null, every, finish, twice, floats, strings, garbage, overrun, huge, bare
    case nullDetails = "null-details"
}

/// Where an answer breaks off or stops.
enum BreakPoint: Equatable, Sendable {
    /// Before any byte.
    case start
    /// After the head.
    case head
    /// Half-way through the body; of a stream, after half of its content chunks.
    case body
    /// After this many content chunks of a stream. A plain answer breaks half-way.
    case chunks(Int)
}

/// Directives that are on or off.
enum BehaviourFlag: String, CaseIterable, Sendable {
    case tools, crlf, cr, nospace, comments, multiline, bom, tiny, garbage, empty
    case noDone = "no-done"
    case emptyStream = "empty-stream"
    case lieLength = "lie-length"
    case noLength = "no-length"
    case gzipLie = "gzip-lie"
    case neverEnd = "never-end"
    case setCookie = "set-cookie"
    case badHead = "bad-head"
    case ignoreLimit = "ignore-limit"
}
