import RelayDomain
import RelayTestKit

@testable import RelayStore

extension Simulation {
    /// The accounts and keys of the world, through the first node.
    func setUp() throws {
        let node = nodes[0]
        for command in LimitScenario.setUp {
            submit(command, to: node, as: "set-up")
            try work(node)
        }
        known.keys = LimitScenario.wallets.flatMap(LimitScenario.keys)
    }

    /// One event.
    func happen() throws {
        if chance(40) { clock.advance(.random(in: 0...(chance(10) ? 4_000 : 400), using: &random)) }
        guard let node = nodes.filter({ $0.pausedUntil <= clock.milliseconds }).randomElement(using: &random) else {
            if nodes.count < 4 { startNode() } else { clock.advance(5_000) }
            return
        }
        switch Int.random(in: 0..<1_000, using: &random) {
        case 0..<420: try submitSomething(to: node)
        case 420..<880: try work(node)
        case 880..<920: breakSomething(of: node)
        case 920..<945: beat(node)
        case 945..<970: count(by: node)
        case 970..<976: try crash(node)
        case 976..<978: try stop(node)
        case 978..<982: if nodes.count < 4 { startNode() }
        case 982..<988: try pause(node)
        case 988..<992: try cutOff(node)
        case 992..<997: jump(node)
        case 997: change(node)
        default: advanceFar()
        }
        executor.drain()
    }

    // MARK: Nodes

    func startNode() {
        incarnations += 1
        let catalogue = chance(70) ? 0 : Int.random(in: 0..<SimulatedCatalogues.all.count, using: &random)
        let node = SimulatedNode(
            name: "n\(incarnations)", base: base, clock: clock, grace: Self.grace, catalogue: catalogue, ledger: ledger(catalogue),
            batch: [1, 2, 3, 8, 256].randomElement(using: &random)!, batchBytes: [0, 3, 1_000].randomElement(using: &random)!,
            mutant: mutant)
        node.clockOffset = .random(in: -2_000...2_000, using: &random)
        nodes.append(node)
        log("start: \(node.name) with batches of \(node.writer.limits.batch)")
        if chance(50) { count(by: node, isFirst: true) }
    }

    func ledger(_ catalogue: Int) -> Ledger {
        let sold = SimulatedCatalogues.all[catalogue]
        return Ledger(catalogue: mutant?.changed(sold) ?? sold)
    }

    private func crash(_ node: SimulatedNode) throws {
        if chance(50) {
            // In the midst of a transaction, or between its commit and the replies.
            node.session.faults = [chance(60) ? .replyLost : .atStatement(.random(in: 0...20, using: &random))]
            try work(node)
        }
        log("crash: \(node.name) with \(node.exchanges.count) exchanges, \(node.pending.count) unanswered")
        bury(node)
    }

    private func bury(_ node: SimulatedNode) {
        node.kill(executor)
        nodes.removeAll { $0 === node }
        for ticket in node.pending.keys {
            expected[ticket] = nil
            poisoned.remove(ticket)
        }
        if nodes.isEmpty || chance(60) { startNode() }
    }

    /// Stops a node in order, as far as it comes with a few steps: it writes what is queued, and gives its lease back.
    private func stop(_ node: SimulatedNode) throws {
        log("stop: \(node.name)")
        if chance(50) {
            try loseCommit(of: node)
            node.cutOffUntil = .max
        }
        node.writer.state.isStopping = true
        for _ in 0..<30 {
            if case .stopped = try work(node) { break }
            executor.drain()
        }
        let epoch = node.lease.epoch
        // The last moment tells no more than those before it.
        node.session.isCutOff = node.writer.undecided != nil
        node.session.onEnd = { [unowned self] transaction in if transaction.isCommitted { leases[epoch]?.isReleased = true } }
        node.hasFinished = true
        node.writer.finish(node.lease)
        node.session.onEnd = { _ in }
        try receive(node)
        try check(node.pending.isEmpty, "\(node.name) has stopped, and these were never answered: \(node.pending)")
        bury(node)
    }

    // MARK: Faults

    private func breakSomething(of node: SimulatedNode) {
        let fault: Fault =
            switch Int.random(in: 0..<12, using: &random) {
            case 0...1: .refused
            case 2...3: .atStatement(.random(in: 0...20, using: &random))
            case 4...5: .atCommit
            case 6...8: .replyLost
            case 9...10: .commitLost
            default: .conflict
            }
        // A poor connection fails again when it is asked what it did.
        let more: [Fault] = chance(20) ? [.refused, .atStatement(1)] : []
        node.session.faults = [fault] + more
        log("fault: the next transaction of \(node.name) is \(fault)")
    }

    private func pause(_ node: SimulatedNode) throws {
        let milliseconds = Int64.random(in: 1_000...(3 * Self.grace), using: &random)
        node.pausedUntil = clock.milliseconds + milliseconds
        log("pause: \(node.name) for \(milliseconds) ms")
        if chance(50) { try passTime(milliseconds - 200) }
    }

    private func cutOff(_ node: SimulatedNode) throws {
        let milliseconds = Int64.random(in: 1_000...(3 * Self.grace), using: &random)
        node.cutOffUntil = clock.milliseconds + milliseconds
        log("cut: \(node.name) off the database for \(milliseconds) ms")
        if chance(50) { return try declareGone(node, in: milliseconds) }
        if chance(50) { try passTime(milliseconds - 200) }
    }

    /// The node loses the database in the midst of a commit, and the others take it for gone where it is away for long enough: of what it
    /// committed it hears only then.
    private func declareGone(_ node: SimulatedNode, in milliseconds: Int64) throws {
        try loseCommit(of: node)
        try passTime(milliseconds - 200)
        for other in nodes where other !== node && other.pausedUntil <= clock.milliseconds {
            count(by: other)
            for _ in 0..<4 {
                try work(other)
                executor.drain()
            }
        }
    }

    /// What the node does next is committed, or is not, and it is not told.
    private func loseCommit(of node: SimulatedNode) throws {
        for _ in 0..<3 { try submitSomething(to: node) }
        node.session.faults = [chance(70) ? .replyLost : .commitLost]
        // It can still be reached for that one.
        let cutOffUntil = node.cutOffUntil
        node.cutOffUntil = 0
        try work(node)
        node.cutOffUntil = cutOffUntil
    }

    /// Time passes, in which the others keep up their leases and do nothing else.
    private func passTime(_ milliseconds: Int64) throws {
        var left = milliseconds
        while left > 0 {
            clock.advance(min(left, Self.grace / 3))
            left -= Self.grace / 3
            for node in nodes where node.pausedUntil <= clock.milliseconds {
                beat(node)
                try work(node)
            }
        }
        if let node = nodes.first(where: { $0.pausedUntil <= clock.milliseconds }) { count(by: node) }
    }

    func beat(_ node: SimulatedNode) {
        node.writer.state.isHeartbeatDue = true
    }

    // MARK: Clocks and catalogues

    private func jump(_ node: SimulatedNode) {
        let day: Int64 = 86_400_000
        switch Int.random(in: 0..<12, using: &random) {
        case 0: node.clockOffset = -.random(in: 0...(70 * day), using: &random)
        case 1: node.clockOffset += .random(in: -90_000...90_000, using: &random)
        case 2: commonOffset += .random(in: 0...day, using: &random)
        case 3...4:
            // To just before the next month.
            commonOffset += time(of: node).month.next.start.milliseconds - 1_500 - time(of: node).milliseconds
        case 5: if chance(20) { node.clockOffset = .random(in: 0...(70 * day), using: &random) }
        default: node.clockOffset = .random(in: -3_000...3_000, using: &random)
        }
        log("clock: that of \(node.name) says \(time(of: node).rfc3339)")
    }

    private func change(_ node: SimulatedNode) {
        node.catalogue = .random(in: 0..<SimulatedCatalogues.all.count, using: &random)
        node.writer.ledger = ledger(node.catalogue)
        log("catalogue: \(node.name) sells by \(node.catalogue)")
    }

    /// The world's clock goes on by far: as when all nodes were suspended together.
    private func advanceFar() {
        let milliseconds = Int64.random(in: 10_000...(chance(10) ? 7_200_000 : 90_000), using: &random)
        clock.advance(milliseconds)
        log("time: \(milliseconds) ms pass")
    }

    func time(of node: SimulatedNode) -> Timestamp {
        Timestamp(milliseconds: clock.milliseconds + commonOffset + node.clockOffset)
    }
}
