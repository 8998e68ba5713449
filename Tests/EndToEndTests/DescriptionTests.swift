import RelayDomain
import Testing

extension EndToEnd {
    /// The relay's description of itself, taken at its word.
    @Suite("The API's description")
    struct DescriptionTests {
        @Test("no answer of any call is one that the description does not have", .timeLimit(.minutes(2)))
        func conformance() async throws {
            let simulator = try EndToEnd.simulator
            // A relay of its own: one that nobody else's requests or limits disturb.
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")],
                configure: { $0.moreSections += "\nguard: { mode: off }" }
            ) { relay in
                let customer = try await relay.customer(plan: "large")
                let requestID = try #require(try await relay.chat(Chat(), customer).requestID)
                let result = try await ClientScript.run(
                    "described.py", [relay.url, customer.secret, requestID, "50"], folder: relay.folderPath)
                #expect(result["exit_code"].int == 0, "seed \(result["seed"].text): \(result["text"].string ?? "")")
                #expect(result["failures"].items.isEmpty, "\(result["failures"].text)")
                #expect(result["complete"].bool == true)
                let operations = result["operations"]
                #expect(operations["tested"] == operations["total"] && operations["total"].int ?? 0 >= 10)
                #expect(result["calls"].int ?? 0 > 500)
                try await relay.expectBalanced(customer)
                try await relay.expectReconciled()
            }
        }
    }
}
