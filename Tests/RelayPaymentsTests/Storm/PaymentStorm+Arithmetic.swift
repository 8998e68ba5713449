import RelayDomain
import RelayPayments
import RelayStore
import RelayTestKit

/// What the books must say.
extension PaymentStorm {
    private static let looksAtRest = 60

    /// Endpoints are well, nothing dies, blocks become final: everything is looked at.
    func rest() async throws {
        note("rest")
        for endpoint in chain.ports.indices { try chain.set(.none, of: endpoint) }
        for index in 0..<2 where nodes[index] != nil { await bury(index) }
        try revive(0)
        for _ in 0..<Self.looksAtRest {
            try chain.set(clock: clock.now.milliseconds / 1_000 + 30)
            try chain.mine(Self.final + 1)
            try refresh()
            clock.moveUptime(milliseconds: 600_000)
            // Where the database's own clock says how long a node that is gone keeps the network.
            if books.kind == .postgres { try await Task.sleep(for: .milliseconds(50)) }
            var outcome = await nodes[0]!.scanner.step()
            while case .behind = outcome { outcome = await nodes[0]!.scanner.step() }
            try await checkFailure()
            note("at rest: \(outcome)")
            guard case .caughtUp(let cursor) = outcome, cursor == (try chain.state().final) else { continue }
            await nodes[0]!.comparison.look(at: cursor)
            return
        }
        throw failed("it does not come to rest")
    }

    private func checkFailure() async throws { if let failure { throw failure } }

    /// Orders, deposits and wallets beside the model.
    func compare() async throws {
        let orders = try await reader.orders(of: nil, limit: 99_999, after: nil).items.filter { $0.id.high == 7 }
        guard orders.count == model.orders.count else { throw failed("\(orders.count) orders, and not \(model.orders.count)") }
        for order in orders {
            guard let expected = model.orders[order.id.low], order.state == expected.state, order.deposit == expected.deposit,
                order.payment?.slot == expected.slot, order.transaction == expected.named
            else { throw failed("\(order), and not \(String(describing: model.orders[order.id.low]))") }
        }
        let deposits = try await reader.deposits(limit: 99_999, after: nil).items
        guard deposits.count == model.deposits.count else { throw failed("\(deposits.count) deposits, and not \(model.deposits.count)") }
        for deposit in deposits {
            guard let expected = model.deposits[deposit.id], deposit.transfer == expected.transfer, deposit.state == expected.state,
                deposit.reason == expected.reason, deposit.order?.low == expected.order, deposit.account?.low == expected.account
            else { throw failed("\(deposit), and not \(String(describing: model.deposits[deposit.id]))") }
        }
        for account in Self.accounts {
            let posted = try await reader.account(Self.account(account))?.1.posted
            guard posted == model.posted[account] else {
                throw failed(
                    "the wallet \(account) has \(posted?.description ?? "nothing"), and not \(String(describing: model.posted[account]))")
            }
        }
    }

    /// Everything that was paid against everything that the books hold.
    func account() async throws {
        try await compare()
        let undecided = model.deposits.values.filter { $0.state == .new }
        guard undecided.isEmpty else { throw failed("nobody looks at \(undecided.map(\.transfer.id))") }
        for paid in model.deposits.values { count("deposit \(paid.state.rawValue) \(paid.reason?.rawValue ?? "")") }
        for order in model.orders.values { count("order \(order.state.rawValue)") }
        try await compareChain()
        try await compareJournal()
        let unseen = model.orders.values.filter { $0.deposit == nil }.compactMap(\.named)
        for check in try await reader.reconcile().checks where !check.isSatisfied {
            // What the operator has named and nobody has paid.
            let isTrue =
                check.name == "payments that the operator named were seen on the chain"
                && check.findings.allSatisfy { finding in unseen.contains { finding.contains($0) } }
            if !isTrue { throw failed("reconciliation, \(check.name): \(check.findings)") }
        }
    }

    /// The chain, from the storm's first block to the last final one, read anew and whole.
    private func compareChain() async throws {
        let status = try await status()
        let final = try chain.state().final
        let moves = try chain.moves(in: start + 1...final).filter { $0.units > 0 }
        let deposits = Dictionary(
            uniqueKeysWithValues: try await reader.deposits(limit: 99_999, after: nil).items.map { ($0.id, $0.transfer) })
        let paid = Dictionary(uniqueKeysWithValues: moves.compactMap { incoming($0) }.map { ($0.id, $0) })
        guard deposits == paid else { throw failed("the books have \(deposits.count) deposits, and the chain \(paid.count)") }
        let received = paid.values.reduce(UInt128(0)) { $0 + $1.amount.units }
        let given = moves.filter { addresses.contains($0.sender) && !addresses.contains($0.recipient) }.reduce(UInt128(0)) {
            $0 + UInt128($1.units)
        }
        let sums = try await books.store.read { session in
            try session.rows(SQLStatement("SELECT received, swept FROM networks WHERE name = 'polygon'")) { ($0.text(0), $0.text(1)) }
        }
        guard sums.map(\.0) == ["\(received)"], sums.map(\.1) == ["\(given)"] else {
            throw failed("came in \(received), went out \(given), and the books say \(sums)")
        }
        let opening = try chain.balances(of: addresses, at: start).reduce(0, +)
        let held = try chain.balances(of: addresses, at: final).reduce(0, +)
        guard Int128(held) == Int128(opening) + Int128(received) - Int128(given) else {
            throw failed("held \(held), of \(opening) before, \(received) in and \(given) out")
        }
        guard status.balance?.units == UInt128(held), status.expectedBalance == status.balance else {
            throw failed(
                "held \(held), and the books say \(String(describing: status.balance)) of \(String(describing: status.expectedBalance))")
        }
        guard Set(cameIn.values) == Set(paid.values),
            wentOut.count == moves.count(where: { addresses.contains($0.sender) && !addresses.contains($0.recipient) })
        else { throw failed("what was final has changed") }
    }

    /// Each order and each deposit has its one entry in the journal, or none, and the operator's cash is what was credited.
    private func compareJournal() async throws {
        let entries = try await books.store.read { session in
            try session.rows(SQLStatement("SELECT id, amount FROM transfers WHERE kind = 'recharge'")) { ($0.text(0), $0.integer(1)) }
        }
        let credits = Dictionary(grouping: entries, by: \.0)
        for (number, order) in model.orders {
            let own = credits["\(Self.order(number)):credit"] ?? []
            guard own.map(\.1) == (order.isCredited ? [PaymentModel.credits.thousandths] : []) else {
                throw failed("order \(number), \(order.state): entries \(own)")
            }
        }
        let cash = try await books.store.read { session in
            try session.rows(SQLStatement("SELECT name, posted FROM house_accounts")) { ($0.text(0), $0.integer(1)) }
        }
        let posted = cash.first { $0.0 == "cash:\(Self.network.rawValue)" }?.1 ?? 0
        guard posted == -(model.cash[Self.network] ?? .zero).thousandths else {
            throw failed("cash is \(posted) thousandths, and \(String(describing: model.cash[Self.network])) credits were given")
        }
    }
}
