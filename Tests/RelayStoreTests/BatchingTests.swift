import RelayDomain
import RelayStore
import RelayTestKit
import Testing

@Suite struct BatchingTests {
    private static let wallets: UInt64 = 4

    /// A random run of admissions and endings, each ending after its admission but in any order otherwise.
    private static func commands(_ random: inout SeededGenerator, count: Int) -> [Command] {
        var open: [(request: UInt64, wallet: UInt64)] = []
        return (1...UInt64(count)).map { step in
            if !open.isEmpty, Bool.random(using: &random) {
                // Sometimes an ending comes twice.
                let index = open.indices.randomElement(using: &random)!
                let (request, wallet) = open[index]
                if Int.random(in: 0..<4, using: &random) > 0 { open.remove(at: index) }
                let outcome: HoldEnding.Outcome =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .void
                    case 1: .expire
                    default: StoreFixture.reported(.random(in: 0...300, using: &random), .random(in: 0...300, using: &random))
                    }
                return StoreFixture.end(request, of: wallet, outcome)
            }
            let wallet = UInt64.random(in: 1...wallets, using: &random)
            open.append((step, wallet))
            return StoreFixture.admit(
                step, by: wallet, input: .random(in: 0...200, using: &random), output: .random(in: 1...200, using: &random))
        }
    }

    /// Runs the commands in batches of one size and tells what the books came to, in words.
    private func outcome(_ commands: [Command], on kind: DatabaseKind, batch: Int) async throws -> (replies: [String], rows: [String]) {
        let fixture = try StoreFixture(kind)
        for wallet in 1...Self.wallets { _ = try await fixture.open(wallet, credits: Credits(1_500)) }
        await fixture.writer.stop()
        var replies: [String] = []
        let session = fixture.store.writerSession()
        var rest = commands[...]
        while !rest.isEmpty {
            replies += try BatchScript().run(Array(rest.prefix(batch)), by: StoreFixture.ledger, on: session).map { "\($0)" }
            rest = rest.dropFirst(batch)
        }
        #expect(try await fixture.reader.reconcile().isSatisfied)
        let rows = try await TestDatabase.contents(fixture.store)
        try fixture.store.close()
        return (replies, rows)
    }

    @Test("The result does not depend on the size of a batch", arguments: DatabaseKind.allCases)
    func batchSizes(kind: DatabaseKind) async throws {
        var random = SeededGenerator()
        print("seed \(random.seed)")
        for _ in 0..<4 {
            let commands = Self.commands(&random, count: 150)
            let one = try await outcome(commands, on: kind, batch: 1)
            for size in [2, 7, 64, 256] {
                let many = try await outcome(commands, on: kind, batch: size)
                #expect(many.replies == one.replies, "batches of \(size), seed \(random.seed)")
                #expect(many.rows == one.rows, "batches of \(size), seed \(random.seed)")
            }
        }
    }

    /// Runs commands on wallets whose every limit is close, in batches of one size.
    private func limited(_ commands: [Command], on kind: DatabaseKind, batch: Int) async throws -> (replies: [String], rows: [String]) {
        let store = try TestDatabase(kind).open()
        let session = store.writerSession()
        let ledger = Ledger(catalogue: LimitScenario.catalogue)
        _ = try BatchScript().run(LimitScenario.setUp, by: ledger, on: session)
        var replies: [String] = []
        var rest = commands[...]
        while !rest.isEmpty {
            replies += try BatchScript().run(Array(rest.prefix(batch)), by: ledger, on: session).map { "\($0)" }
            rest = rest.dropFirst(batch)
        }
        let reconciliation = try await LedgerReader(source: store).reconcile()
        #expect(reconciliation.isSatisfied, "\(reconciliation.checks.filter { !$0.isSatisfied })")
        let rows = try await TestDatabase.contents(store)
        try store.close()
        return (replies, rows)
    }

    @Test(
        "With every limit close, in any order of admissions, endings, recharges and plans, the result does not depend on the batch's size",
        arguments: DatabaseKind.allCases)
    func limits(kind: DatabaseKind) async throws {
        let seeds = SeededGenerator()
        print("seed \(seeds.seed)")
        for round in 0..<6 {
            var scenario = LimitScenario(seeds.round(round))
            let commands = (0..<400).flatMap { _ in scenario.next() }
            let one = try await limited(commands, on: kind, batch: 1)
            for size in [2, 9, 64, 256] {
                let many = try await limited(commands, on: kind, batch: size)
                #expect(many.replies == one.replies, "batches of \(size), seed \(seeds.seed), round \(round)")
                #expect(many.rows == one.rows, "batches of \(size), seed \(seeds.seed), round \(round)")
            }
        }
    }

    @Test("Both databases come to the same, to the last column")
    func databases() async throws {
        let seeds = SeededGenerator()
        print("seed \(seeds.seed)")
        var scenario = LimitScenario(seeds.round(0))
        let commands = (0..<400).flatMap { _ in scenario.next() }
        let sqlite = try await limited(commands, on: .sqlite, batch: 64)
        let postgres = try await limited(commands, on: .postgres, batch: 64)
        #expect(sqlite.replies == postgres.replies, "seed \(seeds.seed)")
        #expect(sqlite.rows == postgres.rows, "seed \(seeds.seed)")
    }

    @Test("Thousands of commands in any order agree with plain sums over what happened", arguments: DatabaseKind.allCases)
    func reference(kind: DatabaseKind) async throws {
        var random = SeededGenerator()
        print("seed \(random.seed)")
        let fixture = try StoreFixture(kind)
        var model = ReferenceBooks()
        for wallet in 1...Self.wallets { model.deposit(Credits(1_500), to: try await fixture.open(wallet, credits: Credits(1_500))) }
        for command in Self.commands(&random, count: 3_000) {
            let reply = await fixture.writer.perform(command)
            switch (command, reply) {
            case (.admit(let request), .admitted(let grant)):
                let limit = model.limit(request.secret.account, input: request.input.tokens, asked: request.askedOutputTokens!)
                #expect(grant.hold.maxOutputTokens == limit, "seed \(random.seed)")
                model.admit(request.request, request.secret.account, tokens: request.input.tokens + grant.hold.maxOutputTokens)
            case (.admit(let request), .refused(let refusal)):
                #expect(refusal.code == .insufficientBalance)
                #expect(model.limit(request.secret.account, input: request.input.tokens, asked: 1) == nil, "seed \(random.seed)")
            case (.end(let ending), .ended):
                switch ending.outcome {
                case .settle(let usage): model.end(ending.request, tokens: usage.tokens.total)
                case .void: model.end(ending.request, tokens: 0, isSettled: false)
                case .expire: model.end(ending.request, tokens: nil)
                }
            case (.end(let ending), .refused(let refusal)):
                // Its admission was refused.
                #expect(refusal.code == .notFound && model.requests[ending.request] == nil, "seed \(random.seed)")
            default: Issue.record("\(command) was answered with \(reply)")
            }
        }
        for wallet in 1...Self.wallets {
            let account = StoreFixture.account(wallet)
            let (_, row) = try #require(try await fixture.reader.account(account))
            #expect(row.posted == model.posted(account) && row.held == model.held(account), "seed \(random.seed)")
        }
        #expect(try await fixture.reader.reconcile().isSatisfied)
        try await fixture.close()
    }
}
