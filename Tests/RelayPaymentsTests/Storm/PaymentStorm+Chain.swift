import RelayDomain
import RelayTestKit

/// What happens on the chain, and to its endpoints.
extension PaymentStorm {
    func mine() throws {
        try chain.mine(.random(in: 1...(chance(10) ? 40 : 7), using: &random))
        note("mined")
        try refresh()
    }

    /// From a moment to more than the grace: orders expire, and slots are given anew.
    func moveClock() throws {
        let seconds = Int64.random(in: 20...(chance(6) ? 700_000 : chance(40) ? 2_500 : 200), using: &random)
        try chain.set(clock: clock.now.milliseconds / 1_000 + seconds)
        try refresh()
        note("\(seconds) seconds later")
        count("time")
    }

    func reorganise() throws {
        let depth = min(Int.random(in: 1...Self.final, using: &random), Int(try chain.state().head - start))
        guard depth > 0 else { return }
        let dropped = chance(50) ? sent.suffix(depth).filter { _ in chance(50) } : []
        try chain.reorganise(depth: depth, dropping: dropped, empty: .random(in: 1...3, using: &random))
        note("dropped \(depth) blocks, and for good \(dropped.map { $0.prefix(10) })")
        count("reorganised")
        try refresh()
    }

    /// Pays some order, or nearly, or nothing at all.
    func pay() throws {
        let payer = Int.random(in: 0..<5, using: &random)
        let slot = paidSlot()
        let (to, units) = (slot.address, Int64(slot.amount.units))
        var transaction: String
        switch Int.random(in: 0..<100, using: &random) {
        case ..<44: transaction = try chain.transfer(from: payer, to: to, units: units)
        case ..<50: transaction = try chain.transfer(from: payer, to: to, units: .random(in: 10_000..<units, using: &random))
        case ..<56: transaction = try chain.transfer(from: payer, to: to, units: units + .random(in: 1...50_000_000, using: &random))
        case ..<59: transaction = try chain.transfer(from: payer, to: to, units: .random(in: 1..<10_000, using: &random))
        case ..<63: transaction = try chain.transfer(from: payer, to: to, units: units, isFake: true)
        case ..<66: transaction = try chain.transfer(from: payer, to: to, units: 0)
        case ..<71: transaction = try chain.transfer(by: payer, from: (payer + 1) % 5, to: to, units: units)
        case ..<74: transaction = try chain.mint(to: to, units: units)
        // Of one who has nothing, of our own, and from one of ours to another.
        case ..<77: transaction = try chain.transfer(from: 8, to: to, units: units)
        case ..<80:
            transaction = try chain.transfer(from: 7, to: chainState.accounts[0], units: .random(in: 1...20_000_000, using: &random))
        case ..<82: transaction = try chain.transfer(from: 7, to: addresses[0], units: .random(in: 1...20_000_000, using: &random))
        case ..<85: transaction = try chain.transfer(from: payer, to: chainState.accounts[6], units: units)
        default:
            // A payout of an exchange's: one order twice, or several at once, and others than ours.
            var payments = [(to: to, units: units)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let other = chance(30) ? slot : paidSlot()
                payments.append((to: other.address, units: chance(15) ? 5_000_000 : Int64(other.amount.units)))
            }
            if chance(50) { payments.insert((to: chainState.accounts[6], units: 99), at: 0) }
            transaction = try chain.batch(payments)
            count("paid at once")
        }
        sent.append(transaction)
        note("\(transaction.prefix(10)) pays about \(units) to \(to.suffix(14))")
        count("paid")
        try refresh()
    }

    private func paidSlot() -> PaymentSlot {
        let recent = model.orders.keys.sorted().suffix(14).compactMap { model.orders[$0]!.slot }
        guard let slot = recent.randomElement(using: &random), !chance(4) else {
            return PaymentSlot(network: Self.network, address: addresses[chance(50) ? 3 : 0], amount: TokenAmount(units: 7_000_000))
        }
        return slot
    }

    // MARK: Endpoints. At most one tells lies: two that agree are believed.

    func breakEndpoint() throws {
        let endpoint = Int.random(in: 0..<chain.ports.count, using: &random)
        let final = try chain.state().final
        let lies: [TestChain.Fault] = [
            .invent(to: addresses[0], block: final), .omit, .amount, .hash, .invent(to: addresses[1], block: final - 1),
        ]
        let others: [TestChain.Fault] = [
            .lag(.random(in: 1...9, using: &random)), .throttle(.tron), .throttle(.status), .throttle(.code), .die, .html, .empty, .list,
            .null,
            .span(.random(in: 1...20, using: &random)), .crowded(2), .noFinal, .latestOnly, .otherChain, .older(10_000),
        ]
        let mayLie = !faults.contains { $0.key != endpoint && $0.value.isLie }
        let fault = mayLie && chance(35) ? lies.randomElement(using: &random)! : others.randomElement(using: &random)!
        let calls = chance(60) ? Int.random(in: 1...12, using: &random) : 0
        try chain.set(fault, of: endpoint, after: calls)
        faults[endpoint] = fault
        note("endpoint \(endpoint): \(fault) after \(calls) calls")
        count("endpoint broken")
    }

    func healEndpoints() throws {
        for endpoint in chain.ports.indices where chance(75) {
            try chain.set(.none, of: endpoint)
            faults[endpoint] = nil
        }
        note("endpoints are better, but \(faults.keys.sorted())")
    }
}

extension TestChain.Fault {
    fileprivate var isLie: Bool {
        switch self {
        case .invent, .omit, .amount, .hash: true
        default: false
        }
    }
}
