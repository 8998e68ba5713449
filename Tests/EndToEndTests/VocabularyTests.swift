import Foundation
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// What the relay does with its vocabulary, and without.
    @Suite("The vocabulary")
    struct VocabularyTests {
        private static let chat = Chat(maxTokens: 10, text: "Hello!")
        private static let body = chat.body

        private func finding(_ relay: RelayProcess) async throws -> (exit: ChildProcess.Exit, finding: JSON) {
            let result = try await relay.command("check", "--json")
            let findings = try JSON(result.output)["checks"].items
            return (result.exit, findings.first { $0["name"].string == "tokenizer" } ?? .null)
        }

        @Test("with it, a small request is held by its tokens, and a large one by its bytes where that does not matter")
        func exact() async throws {
            let relay = try EndToEnd.relay
            let customer = try await relay.customer()
            let small = try await relay.chat(Self.chat, customer)
            let receipt = try await relay.endedReceipt(try #require(small.requestID))
            #expect(receipt["credits"]["held"].credits == Credits(3 + 3 + 1 + 2 + 10))
            let large = Chat(maxTokens: 10, text: String(repeating: " the", count: 2_000))
            let byBytes = try await relay.endedReceipt(try #require(try await relay.chat(large, customer).requestID))
            #expect(byBytes["credits"]["held"].credits == Credits(Int64(large.body.utf8.count) + 144 + 10))
            // Where the wallet cannot pay for the bytes, the tokens decide.
            let poor = try await relay.customer(credits: Credits(3 + 3 + 1 + 2_000 + 10))
            let byTokens = try await relay.chat(large, poor)
            #expect(byTokens.status == 200 && byTokens.header("x-nexrelay-max-output-tokens") == nil, "\(byTokens.text)")
            let counted = try await relay.endedReceipt(try #require(byTokens.requestID))
            #expect(counted["credits"]["held"].credits == Credits(3 + 3 + 1 + 2_000 + 10))
            try await relay.expectBalanced(customer)
            try await relay.expectBalanced(poor)
        }

        @Test("as many large bodies at once are admitted as the wallet can pay for by their tokens")
        func manyLarge() async throws {
            let relay = try EndToEnd.relay
            let tokenizer = try Vocabulary.tokenizer()
            let chat = Prompt.chat(tokens: 4_000, output: 10, directives: "delay=500", tokenizer)
            let customer = try await relay.customer(credits: Credits(5 * 4_010))
            let answers = try await concurrently(Array(0..<8), width: 8) { _ in try await relay.chat(chat, customer) }
            #expect(answers.filter { $0.status == 200 }.count == 5)
            #expect(answers.filter { $0.status == 402 }.count == 3)
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == .zero)
            try await relay.expectBalanced(customer)
        }

        @Test("without it, every request is held by its bytes, and check says so")
        func bounds() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")]) {
                $0.moreSections = "tokenizer: nowhere.table"
            }
            try await relay.start()
            let customer = try await relay.customer()
            let answer = try await relay.chat(Self.chat, customer)
            #expect(answer.status == 200)
            let receipt = try await relay.endedReceipt(try #require(answer.requestID))
            #expect(receipt["credits"]["held"].credits == Credits(Int64(Self.body.utf8.count) + 144 + 10))
            // Where the bytes do not fit and nothing better is to be had, they decide.
            let poor = try await relay.customer(credits: Credits(Int64(Self.body.utf8.count) + 144))
            #expect(try await relay.chat(Self.chat, poor).status == 402)
            let (exit, finding) = try await finding(relay)
            #expect(exit == .code(1) && finding["ok"].bool == false)
            #expect(finding["detail"].string?.contains("nowhere.table cannot be read") == true)
            try await relay.expectBalanced(customer)
            await relay.stop()
        }

        @Test("check names the vocabulary that is found, and a damaged one is a finding")
        func check() async throws {
            let shared = try EndToEnd.relay
            let (_, found) = try await finding(shared)
            #expect(found["ok"].bool == true && found["detail"].string?.hasSuffix("share/nexrelay/o200k.table") == true)
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")]) {
                $0.moreSections = "tokenizer: damaged.table"
            }
            var table = try Data(contentsOf: Vocabulary.tableFile)
            table[table.count / 2] ^= 1
            try table.write(to: relay.folder.url.appending(path: "damaged.table"))
            let (damagedExit, damaged) = try await finding(relay)
            #expect(damagedExit == .code(1) && damaged["detail"].string?.contains("it is damaged") == true)
        }
    }
}
