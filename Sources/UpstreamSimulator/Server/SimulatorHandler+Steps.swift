import NIOCore

/// The answer that a connection is sending.
struct AnswerInProgress {
    var steps: AnswerSteps
    let outcome: AnswerOutcome?
    /// The step's pause that is running, or the turn that other connections have.
    var timer: Scheduled<Void>?
    /// Whether nothing is sent any more, and nothing ends either.
    var isHanging = false

    init(_ answer: SimulatedAnswer) {
        steps = answer.steps
        outcome = answer.outcome
    }
}

extension SimulatorHandler {
    /// Takes steps until one has to wait: for a pause, for the client to read, for the other connections of the loop.
    func proceed(context: ChannelHandlerContext) {
        guard var current = answering, current.timer == nil, !current.isHanging else { return }
        answering = nil  // Taken out while it changes: else every step would copy its buffers.
        for _ in 0..<SimulatorLimits.stepsPerTurn {
            // A write that fails closes the channel at once, while there is no answer that `channelInactive` could end.
            guard context.channel.isActive else {
                ended(current.outcome, clientLeft: true)
                return
            }
            guard context.channel.isWritable else {
                answering = current
                return
            }
            switch current.steps.next() {
            case .write(let bytes):
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .wait(let milliseconds):
                pause(current, milliseconds: milliseconds, context: context)
                return
            case .hang:
                current.isHanging = true
                answering = current
                return
            case .close:
                ended(current.outcome, clientLeft: false)
                closeWhenWritten(context: context)
                return
            case nil:
                ended(current.outcome, clientLeft: false)
                beginNext(context: context)
                return
            }
        }
        pause(current, milliseconds: 0, context: context)
    }

    private func pause(_ current: AnswerInProgress, milliseconds: Int, context: ChannelHandlerContext) {
        var current = current
        current.timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds))) {
            self.answering?.timer = nil
            self.proceed(context: context)
        }
        answering = current
    }
}
