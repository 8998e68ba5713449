public import RelayDomain

/// Wallets whose every limit is close, and random commands on them: admissions, endings in any order, recharges, plans, a clock that
/// mostly goes on, sometimes back by less than a minute, and now and then into the next month.
public struct LimitScenario: Sendable {
    public static let start = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!
    public static let wallets: ClosedRange<UInt64> = 1...3

    /// Small figures, so that each of them is met within some dozen requests. No figure of a plan is below that of a plan before it:
    /// whoever goes up keeps within what the new plan allows.
    public static let catalogue = Catalogue(
        models: [
            Model(name: "plain", contextTokens: 150),
            Model(
                name: "odd", prices: Prices(input: Credits(thousandths: 1_234_567), output: Credits(3_333), cachedRead: Credits(77_777)),
                contextTokens: 90),
            Model(
                name: "dear", prices: Prices(input: Credits(2_000_000), output: Credits(5_000_000), cachedRead: Credits(3_000_000)),
                isHighCost: true),
            Model(name: "costly", isHighCost: true), Model(name: "idle"),
        ],
        plans: [
            plan(
                "low", price: 5, input: 300, output: 100, cached: 120, cap: 360, context: 120, most: 40, rate: 6, slots: 3, budget: 400,
                route: ["plain", "idle", "costly"], rule: Plan.HighCostRule(contextTokens: 60, maxOutputTokens: 20, requestsPerMinute: 2)),
            plan(
                "middle", price: 9, input: 350, output: 600, cached: 200, cap: 930, context: 200, most: 60, rate: 12, slots: 5,
                budget: 900, route: ["odd", "dear", "plain", "costly"]),
            plan(
                "high", price: 20, input: 1_300, output: 600, cached: 300, cap: 1_650, context: 400, most: 100, rate: 40, slots: 9,
                budget: 2_500, route: ["costly", "dear", "plain"]),
        ],
        servedModels: ["plain", "odd", "dear", "costly"])

    private static func plan(
        _ id: String, price: Int64, input: Int64, output: Int64, cached: Int64, cap: Int64, context: Int64, most: Int64, rate: Int64,
        slots: Int64, budget: Int64, route: [String], rule: Plan.HighCostRule? = nil
    ) -> Plan {
        Plan(
            id: id, name: id, price: Credits(price), credits: Credits(price),
            allowances: Tokens(input: input, output: output, cachedRead: cached),
            capTokens: cap, contextTokens: context, maxOutputTokens: most, requestsPerMinute: rate, concurrency: slots,
            highCostBudget: Credits(budget), route: route, highCostRule: rule)
    }

    private static let policies = [
        KeyPolicy(),
        KeyPolicy(models: ["plain", "costly"], monthlyBudget: Credits(500), concurrency: 2),
        KeyPolicy(requestsPerMinute: 4, maxOutputTokens: 15, fallsBack: true),
        KeyPolicy(monthlyBudget: Credits(900), requestsPerMinute: 9, networks: [Network("10.0.0.0/8")!]),
    ]

    public static func account(_ number: UInt64) -> AccountID { AccountID(high: 1, low: number) }

    /// The keys of a wallet: one of each policy.
    public static func keys(_ wallet: UInt64) -> [Key] {
        policies.enumerated().map { index, policy in
            Key(
                id: KeyID(high: 2, low: wallet * 10 + UInt64(index)), account: account(wallet), hash: hash(wallet, index),
                name: "k\(index)",
                displayPrefix: "nxr_…", policy: policy, createdAt: start)
        }
    }

    private static func hash(_ wallet: UInt64, _ index: Int) -> KeyHash {
        KeyHash(bytes: (0..<32).map { $0 == 0 ? UInt8(wallet) : $0 == 1 ? UInt8(index) : 9 })
    }

    /// Opens the accounts and makes their keys.
    public static var setUp: [Command] {
        wallets.flatMap { wallet -> [Command] in
            let account = Account(id: account(wallet), email: "\(wallet)@example.com", name: "", createdAt: start)
            return [.openAccount(account)] + keys(wallet).map(Command.createKey)
        }
    }

    private var random: SeededGenerator
    private var now = start.milliseconds
    private var latest = start.milliseconds
    private var nextID: UInt64 = 1
    /// The commands so far, played, so that most endings are of requests that were let through.
    private var books = Books()
    private let ledger = Ledger(catalogue: catalogue)
    private var open: [(request: RequestID, account: AccountID)] = []
    /// Requests that were refused or have ended: some are ended all the same.
    private var other: [(request: RequestID, account: AccountID)] = []

    public init(_ random: SeededGenerator) {
        self.random = random
        for command in Self.setUp { _ = ledger.decide(command, in: &books) }
    }

    public mutating func next() -> [Command] {
        tick()
        let commands = draw()
        for command in commands {
            let reply = ledger.decide(command, in: &books)
            guard case .admit(let admission) = command else { continue }
            if case .admitted = reply {
                open.append((admission.request, admission.secret.account))
            } else {
                other.append((admission.request, admission.secret.account))
            }
        }
        return commands
    }

    private mutating func draw() -> [Command] {
        switch Int.random(in: 0..<200, using: &random) {
        case 0..<100: return [admission()]
        case 100..<185: return [ending() ?? admission()]
        case 185..<198: return recharge()
        case 198:
            return [.setPlan(Self.account(wallet()), plan: ["low", "middle", "high", "gold"].randomElement(using: &random)!, at: time)]
        default: return [admission()]
        }
    }

    private var time: Timestamp { Timestamp(milliseconds: now) }

    private mutating func tick() {
        switch Int.random(in: 0..<400, using: &random) {
        case 0: now = time.month.next.start.milliseconds - 1_500
        case 1...6: now = max(now - Int64.random(in: 0...30_000, using: &random), latest - 55_000)
        case 7...15: now += Int64.random(in: 0...70_000, using: &random)
        case 16...240: now += Int64.random(in: 0...1_500, using: &random)
        default: break
        }
        latest = max(latest, now)
    }

    private mutating func wallet() -> UInt64 { .random(in: Self.wallets, using: &random) }

    private mutating func id() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    private mutating func admission() -> Command {
        let key = Self.keys(wallet()).randomElement(using: &random)!
        let request = RequestID(high: UInt64(Self.start.milliseconds) << 16, low: id())
        let models: [ModelRequest] = [
            .automatic(isNamed: true), .named("plain"), .named("odd"), .named("dear"), .named("costly"), .named("idle"), .named("none"),
            .fallback(["dear", "plain"]), .fallback(["costly", "idle", "odd"]), .fallback(["odd", "none"]),
        ]
        let least: Int64 = [1, 1, 1, 1, 16, 0].randomElement(using: &random)!
        var admission = AdmissionRequest(
            request: request, secret: PresentedKey(account: key.account, hash: key.hash),
            address: Int.random(in: 0..<9, using: &random) == 0 ? nil : NetworkAddress("10.1.2.3"), endpoint: "/v1/chat/completions",
            isStream: false, model: models.randomElement(using: &random)!,
            input: InputCount(tokens: .random(in: 0...130, using: &random), isFinal: Int.random(in: 0..<4, using: &random) > 0),
            askedOutputTokens: Bool.random(using: &random) ? nil : .random(in: max(1, least)...70, using: &random),
            choices: Int.random(in: 0..<6, using: &random) == 0 && least > 0 ? .random(in: 2...20, using: &random) : 1,
            clientRetryCount: 0, at: time)
        admission.leastOutputTokens = least
        return .admit(admission)
    }

    private mutating func ending() -> Command? {
        if Int.random(in: 0..<8, using: &random) == 0, let (request, account) = other.randomElement(using: &random) {
            // What has expired may be settled after all.
            let outcome: HoldEnding.Outcome = Bool.random(using: &random) ? .void : usage()
            return .end(HoldEnding(request: request, account: account, outcome: outcome, facts: ExchangeFacts(), at: time))
        }
        guard let index = open.indices.randomElement(using: &random) else { return nil }
        let (request, account) = open.remove(at: index)
        other.append((request, account))
        let outcome: HoldEnding.Outcome =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: .void
            case 1: .expire
            case 2: .settle(.none)
            default: usage()
            }
        return .end(HoldEnding(request: request, account: account, outcome: outcome, facts: ExchangeFacts(), at: time))
    }

    private mutating func usage() -> HoldEnding.Outcome {
        .settle(
            ReportedUsage(
                prompt: .random(in: 0...150, using: &random), cached: .random(in: 0...120, using: &random),
                completion: .random(in: 0...70, using: &random)
            ).usage)
    }

    private mutating func recharge() -> [Command] {
        let account = Self.account(wallet())
        let plan = Self.catalogue.plans.randomElement(using: &random)!
        let order = RechargeOrder(
            id: OrderID(high: 3, low: id()), account: account, plan: plan.id, price: plan.price,
            credits: Credits(.random(in: 50...2_500, using: &random)), createdAt: time)
        return [
            .createOrder(order),
            .confirmOrder(OrderConfirmation(order: order.id, account: account, note: "n", transaction: nil, at: time)),
        ]
    }
}
