import NIOCore

/// The steps of an answer, made while they are taken, so that an answer of any length needs the memory of one write.
struct AnswerSteps: Sequence, IteratorProtocol, Sendable {
    /// What makes the steps between the head and the end.
    enum Body: Sendable {
        case nothing
        case plain(PlainSource)
        case stream(StreamSource)

        fileprivate mutating func next() -> [AnswerStep]? {
            switch self {
            case .nothing: return nil
            case .plain(var source):
                self = .nothing  // The source is taken out while it changes: else its buffers are copied.
                let steps = source.next()
                self = .plain(source)
                return steps
            case .stream(var source):
                self = .nothing
                let steps = source.next()
                self = .stream(source)
                return steps
            }
        }
    }

    private var ready: CircularBuffer<AnswerStep>
    private var body: Body
    private var ending: [AnswerStep]

    /// - Parameters:
    ///   - opening: the steps up to the head.
    ///   - joinsBody: whether the last of `opening`, a write, and the first write of the body are one write.
    ///   - ending: the steps after the body.
    init(opening: [AnswerStep], joinsBody: Bool = false, body: Body = .nothing, ending: [AnswerStep] = []) {
        ready = CircularBuffer(opening)
        self.body = body
        self.ending = ending
        if joinsBody, case .write(var bytes)? = ready.last, let first = self.body.next() {
            var rest = first[...]
            if case .write(let start)? = rest.first {
                bytes.writeImmutableBuffer(start)
                ready[ready.index(before: ready.endIndex)] = .write(bytes)
                rest = rest.dropFirst()
            }
            ready.append(contentsOf: rest)
        }
    }

    mutating func next() -> AnswerStep? {
        while true {
            if let step = ready.popFirst() { return step }
            if let steps = body.next() {
                ready.append(contentsOf: steps)
            } else if !ending.isEmpty {
                ready.append(contentsOf: ending)
                ending = []
            } else {
                return nil
            }
        }
    }
}
