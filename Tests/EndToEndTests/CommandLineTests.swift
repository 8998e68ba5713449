import Foundation
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// The program as an operator uses it.
    @Suite("The command line")
    struct CommandLineTests {
        /// Runs a command beside the shared relay with `--json`, and without it: both must succeed.
        private func json(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSON {
            let relay = try EndToEnd.relay
            let result = try await run(arguments + ["--json"], in: relay)
            #expect(result.exit == .code(0), "\(arguments): \(result.errors)", sourceLocation: sourceLocation)
            return try JSON(result.output)
        }

        private func run(
            _ arguments: [String], in relay: RelayProcess
        ) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run(
                try Location.program(), arguments, folder: relay.folderPath, environment: ["NEXRELAY_CONFIG": relay.configurationFile])
        }

        /// What a person reads: not JSON, and with these words in it.
        private func expectText(_ arguments: [String], _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let result = try await run(arguments, in: try EndToEnd.relay)
            #expect(result.exit == .code(0), "\(arguments): \(result.errors)", sourceLocation: sourceLocation)
            #expect(!result.output.hasPrefix("{") && !result.output.hasPrefix("["), sourceLocation: sourceLocation)
            for word in words {
                #expect(result.output.contains(word), "\(word) is not in \(result.output)", sourceLocation: sourceLocation)
            }
        }

        private func expectExit(
            _ code: Int32, _ arguments: [String], says words: String = "", sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let result = try await run(arguments, in: try EndToEnd.relay)
            #expect(result.exit == .code(code), "\(arguments): \(result.output) \(result.errors)", sourceLocation: sourceLocation)
            #expect(!result.errors.isEmpty, "it failed without a word", sourceLocation: sourceLocation)
            #expect(words.isEmpty || result.errors.contains(words), "\(result.errors)", sourceLocation: sourceLocation)
        }

        private static let accountKeys: Set = ["id", "email", "name", "state", "plan", "created_at"]
        private static let receiptKeys: Set = [
            "id", "account", "key", "created_at", "endpoint", "stream", "requested_model", "model", "state", "usage", "prices", "credits",
            "balance_after_credits", "max_output_tokens", "attempts", "first_byte_milliseconds", "milliseconds", "client_disconnected",
            "client_retry_count", "idempotency_key", "replayed_from",
        ]

        @Test("an account goes its whole way by commands: recharged once, spending, corrected to the thousandth, and its statement adds up")
        func wholeWay() async throws {
            let relay = try EndToEnd.relay
            let email = "cli-\(UUID().uuidString.lowercased())@example.com"
            let account = try await json(["account", "create", "--email", email, "--name", "Ada Lovelace"])
            #expect(account.keys == Self.accountKeys)
            #expect(account["state"].string == "active" && account["plan"].isNull && account["email"].string == email)
            let id = try #require(account["id"].string)
            try await expectText(["account", "list"], email, "Ada Lovelace")
            try await expectText(["account", "show", id], email)
            #expect(try await json(["account", "list", "--limit", "1"])["has_more"].bool != nil)
            try await expectExit(1, ["account", "create", "--email", email], says: "already")

            let order = try await json(["recharge", "create", "--account", id, "--plan", "test"])
            #expect(order["state"].string == "waiting" && order["usd"].string == "1.00")
            let orderID = try #require(order["id"].string)
            try await expectExit(64, ["recharge", "confirm", orderID])
            let transaction = "tx-\(UUID().uuidString)"
            for _ in 1...2 {
                let credited = try await json(["recharge", "confirm", orderID, "--note", "paid in cash", "--tx", transaction])
                #expect(credited["state"].string == "credited")
            }
            try await expectText(["recharge", "show", orderID], "credited")
            try await expectText(["recharge", "list", "--account", id], orderID)
            #expect(try await json(["recharge", "list", "--account", id])["data"].items.count == 1)
            #expect(try await json(["wallet", "show", id])["credits"].credits == Credits(Int64(RelayConfiguration.rechargeCredits)))

            let cancelled = try #require(try await json(["recharge", "create", "--account", id, "--plan", "test"])["id"].string)
            #expect(try await json(["recharge", "cancel", cancelled])["state"].string == "cancelled")
            try await expectExit(1, ["recharge", "confirm", cancelled, "--note", "late"], says: "cancelled")
            let other = try #require(try await json(["recharge", "create", "--account", id, "--plan", "test"])["id"].string)
            try await expectExit(1, ["recharge", "confirm", other, "--note", "again", "--tx", transaction], says: "transaction")

            let key = try await json([
                "key", "create", "--account", id, "--name", "laptop", "--models", "gpt-5.2,alias", "--max-output", "30",
            ])
            let secret = try #require(key["secret"].string)
            relay.keepSecret(secret)
            let keyID = try #require(key["id"].string)
            #expect(key["policy"]["models"] == ["gpt-5.2", "alias"] && key["policy"]["max_output_tokens"].int == 30)
            let list = try await run(["key", "list", "--account", id, "--json"], in: relay)
            #expect(list.output.contains(keyID) && !list.output.contains(secret))
            try await expectText(["key", "list"], keyID, "laptop")

            let customer = Customer(
                account: id, keyID: keyID, secret: secret, recharged: Credits(Int64(RelayConfiguration.rechargeCredits)))
            let answer = try await relay.chat(
                Chat(directives: "prompt=100; cached=3; completion=7", maxTokens: 200, text: String(repeating: "word ", count: 100)),
                customer)
            #expect(answer.header("x-nexrelay-max-output-tokens") == "30")
            #expect(answer.charged == Credits(thousandths: 104_300))
            let requestID = try #require(answer.requestID)
            let receipt = try await json(["receipt", requestID])
            #expect(receipt.keys == Self.receiptKeys)
            #expect(receipt["credits"]["charged"].credits == answer.charged)
            try await expectText(["receipt", requestID], "104.3", "reported", "gpt-5.2")
            try await expectText(["receipts", "--account", id], requestID)
            let csv = try await run(["receipts", "--account", id, "--csv"], in: relay)
            #expect(csv.output.split(separator: "\n").count == 2 && csv.output.contains("104.3"))

            let adjustment = ["wallet", "adjust", id, "--credits=-1.251", "--reason", "rounding", "--id", "\(AdjustmentID.unused())"]
            let adjusted = try await json(adjustment)
            #expect(try await json(adjustment) == adjusted)
            try await expectExit(1, adjustment.map { $0 == "--credits=-1.251" ? "--credits=-1.25" : $0 }, says: "under this id")
            try await expectExit(64, ["wallet", "adjust", id, "--credits=1", "--reason", "x", "--id", "adj_x"])
            #expect(adjusted["credits"].credits == customer.recharged - Credits(thousandths: 104_300 + 1_251))
            try await expectExit(64, ["wallet", "adjust", id, "--credits=0.0001", "--reason", "too fine"])
            try await expectExit(1, ["wallet", "adjust", id, "--credits=-99999999", "--reason", "too much"])
            try await expectText(["wallet", "show", id], adjusted["credits"].credits!.description, "test")

            let statement = try await json(["wallet", "statement", id])
            let entries = statement["entries"].items
            #expect(entries.count == 3)
            let sum = entries.compactMap { $0["credits"].credits }.reduce(try #require(statement["opening_credits"].credits), +)
            #expect(sum == statement["closing_credits"].credits)
            #expect(statement["closing_credits"].credits == adjusted["credits"].credits)
            #expect(entries.map { $0["kind"].string } == ["recharge", "charge", "adjustment"])
            let rows = try await run(["wallet", "statement", id, "--csv"], in: relay)
            let kinds = rows.output.split(separator: "\r\n").map { $0.split(separator: ",")[1] }
            #expect(kinds == ["kind", "opening", "recharge", "charge", "adjustment", "closing"], "\(rows.output)")
            let page = try await run(["wallet", "statement", id, "--html"], in: relay)
            #expect(page.output.hasPrefix("<!doctype html>") && page.output.contains("-1.251") && page.output.hasSuffix("</html>\n"))
            let month = try #require(statement["month"].string)
            for (path, text) in [(".csv", rows.output), (".html", page.output)] {
                let own = try await relay.get("/v1/statements/" + month + path, customer)
                // But for the moment at which each was made.
                #expect(own.status == 200 && own.text.count == text.count, "\(own.text)")
            }
            let months = try await relay.get("/v1/statements", customer).json["data"].items
            #expect(months.map { $0["closing_credits"] } == [statement["closing_credits"]])
            try await expectText(["wallet", "statement", id], "-1.251")
            try await expectExit(1, ["wallet", "statement", id, "--month", "2020-01"], says: "opened in")
            try await expectExit(1, ["wallet", "statement", id, "--month", "2020-01", "--csv"], says: "opened in")
            try await expectExit(64, ["wallet", "statement", id, "--html", "--csv"])

            let wallet = try await json(["wallet", "show", id])
            #expect(try await relay.get("/v1/wallet", customer).json == wallet)
            #expect(try await json(["account", "suspend", id, "--reason", "test"])["state"].string == "suspended")
            #expect(try await json(["account", "resume", id])["state"].string == "active")
            #expect(try await json(["key", "revoke", keyID])["state"].string == "revoked")
            try await expectText(["reconcile"], "ok")
            try await relay.expectReconciled()
        }

        @Test("an upstream's usage export is compared: drift is a finding, and what cannot be read is named by its line")
        func upstreamUsage() async throws {
            let relay = try EndToEnd.relay
            let folder = try TemporaryFolder()
            func file(_ name: String, _ lines: String) throws -> String {
                let path = folder.path(name)
                try "date,upstream,model,input_tokens,cached_tokens,output_tokens\n\(lines)".write(
                    toFile: path, atomically: true, encoding: .utf8)
                return path
            }
            let empty = try await json(["reconcile", "--upstream-usage", try file("empty.csv", "")])
            #expect(empty.keys == ["ok", "checks", "drift"] && empty["drift"].items.isEmpty)
            let drifting = try file("drift.csv", "2020-01-01,nobody,gpt-5.2,1000000,0,0\n")
            let found = try await run(["reconcile", "--upstream-usage", drifting, "--json"], in: relay)
            #expect(found.exit == .code(1))
            let drift = try #require(try JSON(found.output)["drift"].items.first)
            #expect(drift["upstream"].string == "nobody" && drift["usd_drift"].string == "1.00")
            let text = try await run(["reconcile", "--upstream-usage", drifting], in: relay)
            #expect(text.exit == .code(1) && text.output.contains("nobody") && text.output.contains("NOT in order"))
            try await expectExit(1, ["reconcile", "--upstream-usage", try file("bad.csv", "2020-01-01,x,y,z,0,0\n")], says: "line 2")
            try await expectExit(1, ["reconcile", "--upstream-usage", folder.path("nothing.csv")], says: "cannot be read")
        }

        @Test(
            "wrong usage exits 64",
            arguments: [
                ["account", "create"], ["account", "show"], ["nothing"], ["serve", "--nothing"], ["key", "create"],
                ["wallet", "adjust", "x"],
                ["recharge", "confirm", "x"], ["receipts"], ["simulate-upstream", "--port", "x"],
                ["key", "create", "--account", "x", "--max-output", "0"],
                ["wallet", "statement", "x", "--month", "now"],
            ])
        func usage(arguments: [String]) async throws { try await expectExit(64, arguments) }

        @Test(
            "a refusal exits 1 and says why",
            arguments: [
                ["account", "show", "acc_00000000000000000000000000"], ["receipt", "req_00000000000000000000000000"],
                ["recharge", "show", "rch_00000000000000000000000000"], ["wallet", "show", "nonsense"], ["key", "revoke", "key_nonsense"],
                ["account", "create", "--email", "no-address"],
                ["serve", "--config", "missing.yaml"], ["account", "list", "--config", "missing.yaml"],
            ])
        func refusals(arguments: [String]) async throws { try await expectExit(1, arguments) }

        @Test("without a running relay, and with another data directory's token, commands exit 1 and say so")
        func noRelay() async throws {
            let stopped = try await RelayProcess([.init(name: "main", baseURL: "http://127.0.0.1:9/v1", models: "[gpt-5.2]")])
            let result = try await stopped.command("account", "list")
            #expect(result.exit == .code(1))
            #expect(result.errors.contains("no relay answers"))
            // Whoever cannot know whether it was done is told how to do it safely again.
            let account = "\(AccountID(high: 1, low: 1))"
            let adjustment = try await stopped.command("wallet", "adjust", account, "--credits=1", "--reason", "x")
            let named = try #require(adjustment.errors.firstMatch(of: /--id (adj_[0-9a-z]{26}):/)?.1, "\(adjustment.errors)")
            #expect(adjustment.exit == .code(1) && AdjustmentID(String(named)) != nil)
            let again = try await stopped.command("wallet", "adjust", account, "--credits=1", "--reason", "x", "--id", String(named))
            #expect(again.errors.contains("--id \(named):"))
            let wrong = try await ChildProcess.run(
                try Location.program(), ["account", "list"], folder: stopped.folderPath,
                environment: ["NEXRELAY_CONFIG": try EndToEnd.relay.configurationFile, "NEXRELAY_ADMIN_TOKEN": stopped.adminToken])
            #expect(wrong.exit == .code(1))
            #expect(wrong.errors.contains("token") && !wrong.errors.contains(stopped.adminToken))
        }

        @Test(
            "one data directory is served by one process",
            .onSQLiteOnly("the lock is on the database's file; any number of relays may serve one PostgreSQL database"))
        func twice() async throws {
            let relay = try EndToEnd.relay
            let second = try await run(["serve", "--config", relay.configurationFile], in: relay)
            #expect(second.exit == .code(1))
            #expect(second.errors.contains("another process"), "\(second.errors)")
            #expect(try await relay.chat(Chat(), try await relay.customer()).status == 200)
        }

        @Test("a port that is taken is named")
        func portTaken() async throws {
            let relay = try EndToEnd.relay
            let other = try await RelayProcess([.init(name: "main", baseURL: "http://127.0.0.1:9/v1", models: "[gpt-5.2]")])
            let taken = try await ChildProcess.run(
                try Location.program(), ["serve"], folder: other.folderPath,
                environment: ["NEXRELAY_PUBLIC_PORT": "\(relay.configuration.publicPort)"])
            #expect(taken.exit == .code(1))
            #expect(taken.errors.contains("\(relay.configuration.publicPort)"), "\(taken.errors)")
        }
    }
}

extension AdjustmentID {
    /// One that no other test has made.
    fileprivate static func unused() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(high: generator.next(), low: generator.next())
    }
}
