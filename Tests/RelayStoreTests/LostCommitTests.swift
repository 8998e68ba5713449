import RelayDomain
import RelayTestKit
import Synchronization
import Testing

@testable import RelayStore

/// Commits of which the node is not told: what is said at the stop, and after the lease was lost.
@Suite struct LostCommitTests {
    private static let adjustment = Command.adjust(
        Adjustment(
            id: AdjustmentID(high: 6, low: 1), account: StoreFixture.account(1), credits: Credits(5), reason: "r", at: StoreFixture.start))

    private func refusal(_ reply: Reply?) -> Refusal? {
        if case .refused(let refusal)? = reply { refusal } else { nil }
    }

    @Test(
        "Whoever is in a batch whose outcome nobody knows at the stop is told so, and how to find out; whoever only waited, that nothing was"
    )
    func unknownAtStop() throws {
        let pair = try NodePair()
        let (writer, session, faults) = pair.node()
        pair.open(writer, session, credits: 1_000)
        for request in 1...2 as ClosedRange<UInt64> { _ = pair.run(StoreFixture.admit(request, by: 1), writer, session) }
        faults.value = .unheard(NodePair.lost)
        let batch = [StoreFixture.end(1, of: 1, .void), StoreFixture.admit(3, by: 1), Self.adjustment]
        for (ticket, command) in batch.enumerated() { #expect(writer.submit(command, to: pair.inbox, ticket: ticket) == nil) }
        _ = writer.step(on: session)
        #expect(writer.submit(StoreFixture.end(2, of: 1, .void), to: pair.inbox, ticket: 9) == nil)
        _ = writer.step(on: session)
        writer.finish(session)
        for (ticket, command) in batch.enumerated() {
            let told = try #require(refusal(pair.inbox[ticket]))
            #expect(told == LedgerWriter.outcomeUnknown(of: command))
            #expect(told.message.contains("not known") && !told.message.contains("Nothing was charged"))
        }
        #expect(refusal(pair.inbox[0])?.message.contains("receipt") == true)
        #expect(refusal(pair.inbox[2])?.message.contains("statement") == true)
        #expect(refusal(pair.inbox[9])?.message.contains("Nothing was charged") == true)
        // Nobody else may take the holds for given back before the lease has run out.
        #expect(session.epoch != 0)
    }

    @Test("What can be found out at the last moment is, and what must land then lands", arguments: [true, false])
    func lastMoment(committed: Bool) async throws {
        let pair = try NodePair()
        let (writer, session, faults) = pair.node()
        pair.open(writer, session, credits: 1_000)
        for request in 1...2 as ClosedRange<UInt64> { _ = pair.run(StoreFixture.admit(request, by: 1), writer, session) }
        faults.value = committed ? .unheard(NodePair.lost) : .undone(NodePair.lost)
        #expect(writer.submit(StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)), to: pair.inbox, ticket: 1) == nil)
        _ = writer.step(on: session)
        #expect(writer.submit(StoreFixture.end(2, of: 1, StoreFixture.reported(10, 10)), to: pair.inbox, ticket: 2) == nil)
        _ = writer.step(on: session)
        #expect(pair.inbox[1] == nil && pair.inbox[2] == nil)
        faults.value = nil
        writer.finish(session)
        for ticket in 1...2 {
            guard case .ended(let ended)? = pair.inbox[ticket] else {
                return #expect(Bool(false), "\(String(describing: pair.inbox[ticket]))")
            }
            #expect(ended.isFirst && ended.charged == Credits(20))
        }
        #expect(session.epoch == 0)
        #expect(try await pair.reader.account(StoreFixture.account(1))?.1.posted == Credits(960))
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test("A commit that is found after the lease was declared gone lets nobody through, and what it ended has ended")
    func leaseLost() async throws {
        let pair = try NodePair()
        let (lost, lostSession, faults) = pair.node()
        let (living, livingSession, _) = pair.node()
        pair.open(lost, lostSession, credits: 1_000)
        _ = pair.run(StoreFixture.admit(1, by: 1), lost, lostSession)
        let before = lostSession.epoch
        faults.value = .unheard(NodePair.lost)
        let batch = [StoreFixture.end(1, of: 1, StoreFixture.reported(10, 10)), StoreFixture.admit(2, by: 1), Self.adjustment]
        for (ticket, command) in batch.enumerated() { #expect(lost.submit(command, to: pair.inbox, ticket: ticket) == nil) }
        _ = lost.step(on: lostSession)
        pair.time.withLock { $0 = $0.adding(milliseconds: 5_000) }
        try await pair.bury(by: living, livingSession)
        #expect(try await pair.reader.receipt(StoreFixture.request(2))?.state == .expired)
        faults.value = nil
        _ = lost.step(on: lostSession)
        guard case .ended(let ended)? = pair.inbox[0] else { return #expect(Bool(false)) }
        #expect(ended.isFirst && ended.charged == Credits(20))
        #expect(refusal(pair.inbox[1]) == LedgerWriter.unavailable)
        guard case .wallet? = pair.inbox[2] else { return #expect(Bool(false)) }
        // It goes on under another lease.
        _ = pair.run(StoreFixture.admit(3, by: 1), lost, lostSession)
        _ = lost.step(on: lostSession)
        #expect(lostSession.epoch > before && lost.isHealthy)
        #expect(try await pair.reader.reconcile().isSatisfied)
    }

    @Test("Each command whose outcome is unknown is told how to find out")
    func advice() {
        let moved = StoreFixture.admit(1, by: 1)
        guard case .admit(let admission) = moved else { return }
        let commands: [(Command, String)] = [
            (moved, "expires uncharged"), (.move(HoldMove(admission, to: ["gpt-5.2"])), "expires uncharged"),
            (StoreFixture.end(1, of: 1, .void), "whether it was charged"), (Self.adjustment, "under its id"),
            (
                .confirmOrder(
                    OrderConfirmation(
                        order: OrderID(high: 1, low: 1), account: StoreFixture.account(1), note: "n", transaction: nil,
                        at: StoreFixture.start)),
                "credits it once"
            ), (.suspend(StoreFixture.account(1), because: nil), "Look at what is there"),
        ]
        for (command, advice) in commands {
            let refusal = LedgerWriter.outcomeUnknown(of: command)
            #expect(refusal.code == .ledgerUnavailable && refusal.message.contains(advice) && refusal.message.contains("not known"))
        }
    }
}
