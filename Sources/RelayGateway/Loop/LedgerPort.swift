import NIOCore
import RelayDomain
import RelayStore

/// The way from one event loop to the ledger's thread and back: one hop for all replies of a batch.
final class LedgerPort: ReplyPort {
    private struct State {
        var nextTicket = 0
        var waiting: [Int: (Reply) -> Void] = [:]
    }

    private let eventLoop: any EventLoop
    private let writer: LedgerWriter
    private let state: NIOLoopBoundBox<State>

    init(eventLoop: any EventLoop, writer: LedgerWriter) {
        self.eventLoop = eventLoop
        self.writer = writer
        state = .makeBoxSendingValue(State(), eventLoop: eventLoop)
    }

    /// Sends a command. The reply comes later, on this loop, once it is durable.
    func perform(_ command: Command, _ receive: @escaping (Reply) -> Void) {
        let ticket = state.value.nextTicket
        state.value.nextTicket &+= 1
        if let refusal = writer.submit(command, to: self, ticket: ticket) { return receive(.refused(refusal)) }
        state.value.waiting[ticket] = receive
    }

    func deliver(_ replies: [TicketedReply]) {
        eventLoop.execute { [self] in
            for reply in replies {
                state.value.waiting.removeValue(forKey: reply.ticket)?(reply.reply)
            }
        }
    }
}
