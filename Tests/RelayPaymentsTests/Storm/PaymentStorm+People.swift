import RelayDomain
import RelayPayments
import RelayStore
import RelayTestKit

/// What customers and the operator do. Each command is entered until somebody says what became of it, by whichever node lives.
extension PaymentStorm {
    private static let tries = 3_000

    static func account(_ number: UInt64) -> AccountID { AccountID(high: 1, low: number) }
    static func order(_ number: UInt64) -> OrderID { OrderID(high: 7, low: number) }

    func open(_ number: UInt64) async throws {
        let id = Self.account(number)
        _ = try await perform(.openAccount(Account(id: id, email: "\(number)@example.com", name: "", createdAt: clock.now)), isCalm: true)
        let order = RechargeOrder(
            id: OrderID(high: 3, low: number), account: id, plan: Plan.boundless.id, price: Credits(1), credits: Credits(1),
            createdAt: clock.now)
        _ = try await perform(.createOrder(order), isCalm: true)
        let confirmation = OrderConfirmation(order: order.id, account: id, note: "test", transaction: nil, at: clock.now)
        _ = try await perform(.confirmOrder(confirmation), isCalm: true)
    }

    func place() async throws {
        let (number, account) = (nextOrder, UInt64.random(in: Self.accounts, using: &random))
        nextOrder += 1
        // Nodes' clocks are not the chain's.
        let time = clock.now.adding(milliseconds: chance(20) ? .random(in: 0...90_000, using: &random) : 0)
        let order = RechargeOrder(
            id: Self.order(number), account: Self.account(account), plan: Plan.boundless.id, price: Credits(29_000_000),
            credits: PaymentModel.credits, createdAt: time)
        guard !chance(6) else {
            model.orders[number] = PaymentModel.Order(account: account, slot: nil, createdAt: time)
            return try await expect(true, .createOrder(order), "by hand \(number)")
        }
        let slots = try await reader.freeSlots(
            network: Self.network, addresses: addresses, price: order.price, decimals: 6, at: time, limit: 4)
        let isPlaced = model.place(number, of: account, slots, at: time)
        let placement = OrderPlacement(
            order: order, slots: slots, decimals: 6, expiresAt: time.adding(milliseconds: 1_800_000),
            graceUntil: time.adding(milliseconds: 604_800_000), confirmationsNeeded: Self.final, openLimit: Self.openLimit)
        try await expect(isPlaced, .placeOrder(placement), "placed \(number)")
    }

    func claim() async throws {
        guard let number = anyOrder() else { return }
        let hash = anyHash()
        let isTaken = model.claim(hash, for: number)
        let claim = PaymentClaim(order: Self.order(number), account: account(of: number), transaction: hash, at: clock.now)
        try await expect(isTaken, .claimPayment(claim), "claimed \(number) by \(hash.prefix(10))")
    }

    func confirm() async throws {
        guard let number = anyOrder() else { return }
        let hash = chance(75) ? anyHash() : nil
        if let hash, chance(50) { try await lookUp(hash) }
        let isConfirmed = model.confirm(number, by: hash, at: clock.now)
        let confirmation = OrderConfirmation(
            order: Self.order(number), account: account(of: number), note: "named", transaction: hash, at: clock.now)
        try await expect(isConfirmed, .confirmOrder(confirmation), "confirmed \(number) by \(hash?.prefix(10) ?? "word")")
    }

    func cancel() async throws {
        guard let number = anyOrder() else { return }
        let isCancelled = model.cancel(number)
        try await expect(isCancelled, .cancelOrder(account(of: number), Self.order(number), at: clock.now), "cancelled \(number)")
    }

    /// Most of the time about what waits for it.
    func decide() async throws {
        let waiting = model.deposits.values.filter { $0.state == .review }.map(\.transfer.id).sorted()
        let all = model.deposits.keys.sorted()
        guard let id = (chance(85) ? waiting : all).randomElement(using: &random), let paid = model.deposits[id] else { return }
        let action = DepositDecision.Action.allCases.randomElement(using: &random)!
        let named = action == .creditPlan && chance(40) ? anyOrder() : nil
        let anybody = chance(50) ? UInt64.random(in: Self.accounts, using: &random) : nil
        let account = named.map { model.orders[$0]!.account } ?? paid.account ?? anybody
        let note = chance(80) ? "n" : "m"
        let isDecided = model.decide(id, action, note: note, order: named, account: account)
        let decision = DepositDecision(
            deposit: id, action: action, order: named.map(Self.order), account: account.map(Self.account), note: note, at: clock.now)
        try await expect(isDecided, .decideDeposit(decision), "\(action.rawValue) of \(id.transaction.prefix(10)):\(id.ordinal)")
    }

    /// What endpoints say is final, the chain has.
    private func lookUp(_ hash: String) async throws {
        guard let node = nodes.sorted(by: { $0.key < $1.key }).first(where: { !scanning.contains($0.key) && !$0.value.lifeline.isDead })
        else { return }
        guard let word = try? await node.value.watch.lookUp(hash), case .final(let told) = word else { return }
        let state = try chain.state()
        let truth = try chain.moves(in: start...state.final).filter { $0.transaction == hash }.compactMap { incoming($0) }
        if told != truth { throw failed("\(hash) is told to be final with \(told), and the chain has \(truth)") }
        count("looked up")
    }

    // MARK: Entering

    private func expect(_ isTaken: Bool, _ command: Command, _ words: String) async throws {
        note(words + (isTaken ? "" : ", to be refused"))
        count(isTaken ? String(words.prefix { $0 != " " }) : "refused")
        let reply = try await perform(command)
        if case .refused(let refusal) = reply {
            if isTaken { throw failed("\(words): refused, \(refusal.message)") }
        } else if !isTaken {
            throw failed("\(words): must be refused, and was answered with \(reply)")
        }
    }

    private func perform(_ command: Command, isCalm: Bool = false) async throws -> Reply {
        var isUnsure = false
        for _ in 0..<Self.tries {
            let index = try livingNode()
            let node = nodes[index]!
            if !isCalm, !isUnsure, chance(15) { node.lifeline.arm(faults: writeFaults(mayDie: scanning.isEmpty).filter { $0 != .nothing }) }
            let reply = await node.writer.perform(command)
            if scanning.isEmpty { node.lifeline.disarm() }
            if node.lifeline.isDead, !scanning.contains(index) { await bury(index) }
            guard case .refused(let refusal) = reply else { return reply }
            switch refusal.code {
            case .ledgerUnavailable, .overloaded, .draining:
                isUnsure = true
                try await Task.sleep(for: .milliseconds(1))
            case .conflict where isUnsure:
                // An order that was made, and nobody was told, is there.
                guard let made = command.madeOrder, let order = try await reader.order(made) else { return reply }
                return .order(order)
            default: return reply
            }
        }
        throw failed("\(command) is answered by nobody")
    }

    /// One that was killed is started again where nobody else is left.
    private func livingNode() throws -> Int {
        let living = nodes.keys.sorted().filter { !nodes[$0]!.lifeline.isDead }
        if let index = living.randomElement(using: &random) { return index }
        guard let index = (0..<2).first(where: { !scanning.contains($0) }) else { throw failed("nobody lives") }
        try revive(index)
        return index
    }

    // MARK: Chance

    /// Of a transaction that was sent lately, or of none.
    private func anyHash() -> String {
        guard !chance(10), let hash = sent.suffix(chance(50) ? 3 : 12).randomElement(using: &random) else {
            let digits = String(UInt64.random(in: .min ... .max, using: &random), radix: 16)
            return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
        }
        return hash
    }

    private func anyOrder() -> UInt64? { model.orders.keys.sorted().suffix(14).randomElement(using: &random) }
    private func account(of number: UInt64) -> AccountID { Self.account(model.orders[number]!.account) }
}

extension Command {
    /// The order that it makes, which there must not be before.
    fileprivate var madeOrder: OrderID? {
        switch self {
        case .createOrder(let order): order.id
        case .placeOrder(let placement): placement.order.id
        default: nil
        }
    }
}
