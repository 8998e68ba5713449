import RelayDomain
import Testing

extension EndToEnd {
    /// What both listeners say of themselves, taken at its word.
    @Suite("Descriptions of the APIs")
    struct DescriptionTests {
        private func expectConformance(
            _ relay: RelayProcess, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let result = try await ClientScript.run("described.py", arguments, folder: relay.folderPath)
            #expect(
                result["exit_code"].int == 0, "seed \(result["seed"].text): \(result["text"].string ?? "")", sourceLocation: sourceLocation)
            #expect(result["failures"].items.isEmpty, "\(result["failures"].text)", sourceLocation: sourceLocation)
            #expect(result["complete"].bool == true, sourceLocation: sourceLocation)
            let operations = result["operations"]
            #expect(operations["tested"] == operations["total"] && operations["total"].int ?? 0 >= 10, sourceLocation: sourceLocation)
            #expect(result["calls"].int ?? 0 > 500, sourceLocation: sourceLocation)
        }

        @Test("no answer to any call is one that the description does not have, and the books stay sound", .timeLimit(.minutes(5)))
        func conformance() async throws {
            let simulator = try EndToEnd.simulator
            // A relay of its own: one that nobody else's requests or limits disturb.
            try await RelayProcess.serving(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")],
                configure: { $0.moreSections += "\nguard: { mode: off }" }
            ) { relay in
                let customer = try await relay.customer(plan: "large")
                let requestID = try #require(try await relay.chat(Chat(), customer).requestID)
                try await expectConformance(
                    relay,
                    [relay.url, "/openapi.json", customer.secret, "30", "/v1/receipts/{request_id}", "request_id", requestID])
                try await relay.expectBalanced(customer)
                try await expectConformance(relay, [relay.adminURL, "/admin/v1/openapi.json", relay.adminToken, "12"])
                try await relay.expectReconciled()
            }
        }
    }
}
