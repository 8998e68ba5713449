import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd.ComplaintTests {
    @Test("sub2api 7002: long streams run on after the balance is gone. Here an answer is no longer than what was held for it")
    func longerThanTheBalance() async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer(credits: Credits(60))
        let answer = try await relay.chat(Chat(directives: "prompt=10; cached=0; chunks=500", isStream: true, maxTokens: nil), customer)
        let limit = try #require(answer.header("x-nexrelay-max-output-tokens").flatMap { Int64($0) })
        #expect(answer.status == 200 && answer.isDone && limit < 60)
        let receipt = try await relay.endedReceipt(try #require(answer.requestID))
        #expect(receipt["usage"]["output"].int == limit)
        let next = try await relay.chat(Chat(), customer)
        #expect(next.status == 402 || next.header("x-nexrelay-max-output-tokens") != nil)
        try await relay.expectBalanced(customer)
    }

    @Test("oh-my-pi 9569: the worst case locks a small balance out. Here its answer is shorter")
    func worstCase() async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer(credits: Credits(100))
        let answer = try await relay.chat(Chat(directives: "prompt=10; cached=0; completion=5", maxTokens: 1_000), customer)
        #expect(answer.status == 200 && answer.charged == Credits(15))
        #expect(answer.header("x-nexrelay-max-output-tokens").flatMap { Int64($0) } ?? 1_000 < 100)
    }

    @Test("new-api 4429: eight holds, two settlements. Here every hold ends once")
    func everyHold() async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer()
        let answers = try await concurrently(Array(0..<8), width: 8) { number in
            try await relay.chat(
                Chat(directives: "prompt=10; cached=0; completion=5; delay=100", isStream: number % 2 == 0), customer)
        }
        #expect(answers.allSatisfy { $0.charged == Credits(15) })
        let receipts = try await relay.receipts(customer.account)
        #expect(receipts.count == 8 && receipts.allSatisfy { $0["state"].string == "settled" })
        let wallet = try await relay.idleWallet(customer.account)
        #expect(wallet["credits"].credits == customer.recharged - Credits(8 * 15))
    }

    @Test(
        "new-api 5003, 6144, helix 3005, InsForge 2015: cached tokens make charges negative, cumulative usage is summed. Here neither",
        arguments: [
            ("prompt=10; cached=400; completion=5", "6"), ("prompt=10; cached=4; completion=5; chunks=30; usage=every", "11.4"),
            ("prompt=10; cached=4; completion=6; usage=twice", "12.4"),
        ])
    func strangeUsage(directives: String, charge: String) async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer()
        let answer = try await relay.chat(Chat(directives: directives, isStream: true), customer)
        #expect(answer.charged == Credits(text: charge))
        try await relay.expectBalanced(customer)
    }

    @Test("new-api 4274, LiteLLM 11334: requests on one wallet deadlock the database. Here all of them are answered, and charged")
    func hotWallet() async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer()
        let answers = try await concurrently(Array(0..<400), width: 64) { _ in
            try await relay.chat(Chat(directives: "prompt=10; cached=0; completion=5"), customer)
        }
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(try await relay.idleWallet(customer.account)["credits"].credits == customer.recharged - Credits(400 * 15))
    }

    @Test("one-api 1236, 465: a top-up is not seen and a revoked key works, from a cache. Here both hold from the next request on")
    func caches() async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer(credits: Credits(1))
        #expect(try await relay.chat(Chat(), customer).status == 402)
        #expect(try await relay.command("wallet", "adjust", customer.account, "--credits=500", "--reason", "test").exit == .code(0))
        #expect(try await relay.chat(Chat(), customer).status == 200)
        #expect(try await relay.command("key", "revoke", customer.keyID).exit == .code(0))
        let refused = try await relay.chat(Chat(), customer)
        #expect(refused.status == 401 && refused.errorCode == "invalid_api_key")
    }

    @Test(
        "ai-gateway 2463, openai-go 368, obot 5930: CRLF, long lines and compressed bodies hide the usage. Here it is found, or nothing is answered",
        arguments: [
            "crlf", "cr", "nospace", "comments", "multiline", "bom", "tiny", "chunk-bytes=1048576; chunks=2; ignore-limit", "gzip-lie",
        ])
    func hiddenUsage(directives: String) async throws {
        let relay = try EndToEnd.relay
        let customer = try await relay.customer()
        let answer = try await relay.chat(Chat(directives: "prompt=10; cached=0; completion=5; \(directives)", isStream: true), customer)
        if directives == "gzip-lie" {
            #expect(answer.status == 502)
            #expect(try await relay.idleWallet(customer.account)["credits"].credits == customer.recharged)
        } else {
            #expect(answer.status == 200 && answer.charged == Credits(15))
        }
    }
}
