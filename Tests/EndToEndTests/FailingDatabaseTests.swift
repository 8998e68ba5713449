import NIOHTTP1
import RelayDomain
import Testing

extension EndToEnd {
    /// A disk that is full.
    @Suite("A database that fails")
    struct FailingDatabaseTests {
        /// What `ulimit -f` counts in.
        private static let blockBytes = 512
        /// The database's log outgrows this after some hundred requests.
        private static let limitBytes = 3 << 20

        @Test(
            "LiteLLM 35531, 33872: spend is lost when a commit fails. Here nothing acknowledged is: admissions get 503, and afterwards the books reconcile",
            .onSQLiteOnly("the disk that is full is the relay process's own"), arguments: [false, true])
        func full(isRestarted: Bool) async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")], limits: ["settle": "3s"])
            try await relay.start(fileBlocks: Self.limitBytes / Self.blockBytes)
            let customer = try await relay.customer(plan: "large")
            // Open while the disk fills, and for some time after.
            async let long = relay.chat(Chat(directives: "chunks=12; chunk-delay=1000", isStream: true), customer)

            var whole: [Answer] = []
            let refused = try await eventually("the disk is full", withinSeconds: 120) { () -> Answer? in
                let answers = try await concurrently(Array(0..<16), width: 16) { _ in try? await relay.chat(Chat(), customer) }.compactMap(
                    \.self)
                whole += answers.filter { $0.status == 200 && $0.isWhole }
                return answers.first { $0.status != 200 }
            }
            #expect(whole.count > 16)
            #expect(refused.status == 503)
            #expect(refused.errorCode == "ledger_unavailable")
            #expect(refused.header("retry-after").flatMap { Int($0) } ?? 0 > 0)
            #expect(try await HTTP.send(.GET, relay.adminURL + "/readyz").status == 503)
            #expect(try await HTTP.send(.GET, relay.adminURL + "/healthz").status == 200)
            let before = try await simulator.chatRequests()
            #expect(try await relay.chat(Chat(), customer).errorCode == "ledger_unavailable")
            #expect(try await simulator.chatRequests() == before, "a request that could not be held reached the upstream")

            if isRestarted {
                await relay.kill()
                try await relay.start()
                _ = try? await long
            } else {
                try await liftLimit(of: relay)
                try await eventually("the relay is ready again") {
                    try await HTTP.send(.GET, relay.adminURL + "/readyz").status == 200 ? true : nil
                }
                let answer = try await long
                #expect(answer.isDone)
                whole.append(answer)
            }
            let after = try await relay.chat(Chat(), customer)
            #expect(after.status == 200, "\(after.text)")
            whole.append(after)
            for answer in whole {
                let receipt = try await relay.receipt(try #require(answer.requestID))
                #expect(receipt["state"].string == "settled")
                #expect(receipt["credits"]["charged"].credits == answer.charged)
            }
            try await relay.expectBalanced(customer)
            try await relay.expectReconciled()
            await relay.stop()
            let books = try await Books.read(relay)
            try await relay.database.check()
            #expect(books.openHolds == 0)
        }

        /// Gives the process its disk back.
        private func liftLimit(of relay: RelayProcess) async throws {
            let result = try await ChildProcess.run(
                "/usr/bin/prlimit", ["--pid", "\(relay.child.id)", "--fsize=unlimited"], folder: relay.folderPath)
            guard result.exit == .code(0) else { throw TestFailure("the limit cannot be lifted: \(result.errors)") }
        }
    }
}
