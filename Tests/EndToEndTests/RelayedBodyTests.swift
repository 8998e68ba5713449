import Foundation
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// What an upstream gets of what a client sent.
    @Suite("Relayed bodies")
    struct RelayedBodyTests {
        private static let bodies = 500
        /// As many as a simulated upstream remembers.
        private static let batch = 50

        @Test(
            "the body that the upstream gets is the client's but for what must change, over thousands of random ones",
            arguments: [Call.Endpoint.chat, .responses, .completions, .embeddings])
        func equal(endpoint: Call.Endpoint) async throws {
            let generator = SeededGenerator()
            print("relayed bodies: NEXRELAY_TEST_SEED=\(generator.seed) draws the same")
            let folder = try TemporaryFolder()
            let simulator = try await SimulatorProcess.start(in: folder.url.path)
            try await RelayProcess.serving([.init(name: "main", baseURL: simulator.baseURL, models: "{ alias: there }")]) { relay in
                let customer = try await relay.customer()
                for batch in 0..<Self.bodies / Self.batch {
                    let drafts = (0..<Self.batch).map { number in
                        var random = generator.round(batch * Self.batch + number)
                        return Draft(endpoint, marker: "m\(batch)-\(number)-", &random)
                    }
                    try await simulator.reset()
                    let answers = try await concurrently(drafts, width: 8) {
                        try await relay.post($0.body, customer, to: endpoint.rawValue)
                    }
                    #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.first { $0.status != 200 }?.text ?? "")")
                    let received = try await simulator.requests().compactMap { $0["body"].string }
                    #expect(received.count == Self.batch)
                    for draft in drafts {
                        let body = try #require(received.first { $0.contains("\"\(draft.marker)\"") }, "\(draft.body)")
                        draft.check(body, "seed \(generator.seed): \(draft.body) became \(body)")
                    }
                }
            }
            _ = await simulator.stop()
        }

        /// A random body, and what must come of it.
        private struct Draft: Sendable {
            let body: String
            let marker: String
            private let endpoint: Call.Endpoint
            /// Members that must arrive byte for byte.
            private let kept: [String]
            private let isStream: Bool

            init(_ endpoint: Call.Endpoint, marker: String, _ random: inout SeededGenerator) {
                self.endpoint = endpoint
                self.marker = marker
                isStream = endpoint != .embeddings && Bool.random(using: &random)
                let text = Self.string(marker + Self.text(&random))
                let input =
                    switch endpoint {
                    case .chat: "\"messages\":[{\"role\":\"user\",\"content\":\(text)}]"
                    case .completions: "\"prompt\":[\(text),\"x\"]"
                    default: "\"input\":[\(endpoint == .embeddings ? text : "{\"role\":\"user\",\"content\":\(text)}")]"
                    }
                var kept = [input, "\"metadata\":{\"m\":\"\(marker)\"}"]
                for number in 0..<Int.random(in: 0...3, using: &random) {
                    kept.append("\"x\(number)\"\(Self.space(&random)):\(Self.space(&random))\(Self.value(&random, depth: 3))")
                }
                var changed = ["\"model\":\(Bool.random(using: &random) ? "\"alias\"" : "\"\\u0061lias\"")"]
                if isStream { changed.append("\"stream\":true") }
                let limit = [Call.Endpoint.chat: "max_tokens", .responses: "max_output_tokens", .completions: "max_tokens"][endpoint]
                if let limit, Bool.random(using: &random) { changed.append("\"\(limit)\":\(Int.random(in: 20...90, using: &random))") }
                if Bool.random(using: &random) { changed.append("\"user\":\(Self.string(Self.text(&random)))") }
                if endpoint == .responses, Bool.random(using: &random) { changed.append("\"store\":true") }
                let members = (kept + changed).shuffled(using: &random)
                var body = Self.space(&random) + "{"
                for (index, member) in members.enumerated() {
                    body += (index == 0 ? "" : Self.space(&random) + "," + Self.space(&random)) + member
                }
                self.kept = kept
                self.body = body + Self.space(&random) + "}" + Self.space(&random)
            }

            func check(_ received: String, _ comment: Comment) {
                for member in kept { #expect(received.contains(member), comment) }
                guard var sent = try? JSON(body).members, var got = try? JSON(received).members else {
                    Issue.record("no JSON: \(comment)")
                    return
                }
                #expect(got["model"] == "there", comment)
                #expect(got["user"]?.string.map { $0.utf8.count <= 64 } == sent["user"].map { _ in true }, comment)
                let limit: String? =
                    switch endpoint {
                    case .chat: sent["max_tokens"] == nil ? "max_completion_tokens" : "max_tokens"
                    case .responses: "max_output_tokens"
                    case .completions: "max_tokens"
                    default: nil
                    }
                if let limit { #expect(got[limit]?.int == sent[limit]?.int ?? (endpoint == .completions ? 500 : 1_000), comment) }
                let isAsked = isStream && endpoint != .responses
                #expect(got["stream_options"] == (isAsked ? ["include_usage": true] : nil), comment)
                #expect(got["store"] == (endpoint == .responses ? false : nil), comment)
                for name in ["model", "user", "max_tokens", "max_completion_tokens", "max_output_tokens", "stream_options", "store"] {
                    sent[name] = nil
                    got[name] = nil
                }
                #expect(sent == got, comment)
            }

            // MARK: Random JSON

            private static func space(_ random: inout SeededGenerator) -> String {
                ["", "", "", " ", "\n", "\t ", "\r\n"].randomElement(using: &random)!
            }

            private static func text(_ random: inout SeededGenerator) -> String {
                let pieces = ["a", " ", "é", "你好", "🎉", "\"", "\\", "\n", "\u{1}", "model", "max_tokens", "{", "]", "/", "\u{2028}"]
                return (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            }

            private static func string(_ text: String) -> String { JSON.string(text).text }

            private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
                switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
                case 0: return "null"
                case 1: return Bool.random(using: &random) ? "true" : "false"
                case 2: return ["0", "-1", "1.50", "2e3", "0.1E-2", "12345678901234567890"].randomElement(using: &random)!
                case 3, 4, 5: return string(text(&random))
                case 6:
                    let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth - 1) }
                    return "[" + space(&random) + items.joined(separator: "," + space(&random)) + "]"
                default:
                    let items = (0..<Int.random(in: 0...3, using: &random)).map { "\"k\($0)\":" + value(&random, depth: depth - 1) }
                    return "{" + items.joined(separator: space(&random) + ",") + space(&random) + "}"
                }
            }
        }
    }
}

extension JSON {
    fileprivate var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
}
