/// One event of a streamed answer, or how it ends.
enum StreamEvent: Equatable, Sendable {
    /// What comes before the content of a choice.
    case opening(choice: Int)
    case content(choice: Int, piece: Int)
    case finish(choice: Int)
    /// A report of usage alone. `isFinal` is false for the first half of `usage=twice`.
    case usage(isFinal: Bool)
    case done
    /// An error object.
    case error
    /// An answer that says that it failed; where an endpoint has none, an error object.
    case failed
    /// The end of the sequence: how the connection is left.
    case end(Ending)

    enum Ending: Equatable, Sendable {
        case clean, cut, hang
    }
}

/// The events of one streamed answer, in order, made one at a time: a stream may be endless. The last event is `.end`.
struct StreamEvents: Sequence, IteratorProtocol, Equatable, Sendable {
    private enum Stage: Equatable {
        case opening, content(piece: Int), finish, usage(index: Int), done, errorSent, over
    }

    private let choices: Int
    private let pieces: Int
    private let isEndless: Bool
    private let usageEvents: [StreamEvent]
    private let sendsDone: Bool
    /// After how many content chunks the stream breaks off, and with what.
    private let breakAfter: Int?
    private let breakEvent: StreamEvent

    private var stage = Stage.opening
    private var choice = 0
    private var contentSent = 0

    init(choices: Int, pieces: Int, includesUsage: Bool, behaviour: SimulatedBehaviour) {
        self.choices = choices
        self.pieces = pieces
        isEndless = behaviour.flags.contains(.neverEnd)
        sendsDone = !behaviour.flags.contains(.noDone)
        usageEvents =
            switch behaviour.usage {
            case .missing, .finish: []
            case _ where !includesUsage: []
            case .twice: [.usage(isFinal: false), .usage(isFinal: true)]
            default: [.usage(isFinal: true)]
            }
        let half = pieces * choices / 2
        if let chunks = behaviour.cut?.chunks(half: half) {
            breakAfter = chunks
            breakEvent = .end(.cut)
        } else if let chunks = behaviour.hang?.chunks(half: half) {
            breakAfter = chunks
            breakEvent = .end(.hang)
        } else if let chunks = behaviour.failedAfterChunks {
            breakAfter = chunks
            breakEvent = .failed
        } else {
            breakAfter = behaviour.errorAfterChunks
            breakEvent = .error
        }
    }

    mutating func next() -> StreamEvent? {
        switch stage {
        case .opening:
            stage = .content(piece: 0)
            return .opening(choice: choice)
        case .content(let piece):
            if let breakAfter, contentSent >= breakAfter { return broken() }
            if isEndless || piece < pieces {
                contentSent += 1
                stage = .content(piece: piece + 1)
                return .content(choice: choice, piece: piece)
            }
            // A break that lies beyond the last content chunk comes before the finish.
            if breakAfter != nil, choice + 1 == choices { return broken() }
            stage = .finish
            return next()
        case .finish:
            let finished = choice
            choice += 1
            stage = choice < choices ? .opening : .usage(index: 0)
            return .finish(choice: finished)
        case .usage(let index):
            guard index < usageEvents.count else {
                stage = .done
                return next()
            }
            stage = .usage(index: index + 1)
            return usageEvents[index]
        case .done:
            stage = .errorSent
            return sendsDone ? .done : next()
        case .errorSent:
            stage = .over
            return .end(.clean)
        case .over:
            return nil
        }
    }

    private mutating func broken() -> StreamEvent {
        stage = breakEvent == .error || breakEvent == .failed ? .errorSent : .over
        return breakEvent
    }
}

extension BreakPoint {
    /// The content chunks before the break; nil when it comes before the stream's events.
    fileprivate func chunks(half: Int) -> Int? {
        switch self {
        case .start, .head: nil
        case .body: half
        case .chunks(let count): count
        }
    }
}
