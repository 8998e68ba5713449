/// What becomes of a request, as the simulator intends it.
struct AnswerOutcome: Equatable, Sendable {
    enum Ending: Equatable, Sendable {
        /// A usable answer, whole.
        case answered
        /// An error envelope.
        case refused
        /// Anything that a client cannot use, or that never ends.
        case broken
    }

    var ending: Ending
    var streams = false
    var faults: [String] = []
    /// The figures that the answer reports in a form that can be believed.
    var reported = TokenUsage()

    private static let breakingFlags: Set<BehaviourFlag> = [
        .garbage, .empty, .emptyStream, .lieLength, .gzipLie, .neverEnd, .badHead,
    ]

    init(ending: Ending) {
        self.ending = ending
    }

    init(_ behaviour: SimulatedBehaviour, request: UpstreamRequest, usage: TokenUsage) {
        let status = behaviour.status ?? 200
        let breaks =
            behaviour.cut != nil || behaviour.hang != nil || !behaviour.flags.isDisjoint(with: Self.breakingFlags)
            || (request.streams && Self.breaksStream(behaviour))
        streams = request.streams
        faults = behaviour.faultNames
        if breaks || (201..<400).contains(status) && SimulatedAnswer.hasNoReply(status: status) {
            ending = .broken
        } else if status >= 400 {
            ending = .refused
        } else {
            ending = .answered
            reported = Self.reports(behaviour.usage, request) ? usage : TokenUsage()
        }
    }

    private static func breaksStream(_ behaviour: SimulatedBehaviour) -> Bool {
        behaviour.errorAfterChunks != nil || behaviour.failedAfterChunks != nil || behaviour.flags.contains(.noDone)
    }

    private static func reports(_ variant: UsageVariant?, _ request: UpstreamRequest) -> Bool {
        switch variant {
        case .missing, .null, .garbage, .huge: false
        case .every, .finish: true
        case nil, .twice, .floats, .strings, .overrun, .bare, .nullDetails: !request.streams || request.includesUsage
        }
    }
}
