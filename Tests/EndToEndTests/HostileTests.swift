import Foundation
import Glibc
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Ten thousand connections of those who mean no good.
    @Suite("Hostile connections")
    struct HostileTests {
        private static let count = 10_000
        /// Wide, because some only wait until the relay gives them up.
        private static let width = 160
        /// Each exchange that waits waits for so long; the relay's own bounds are as short.
        private static let slowShare = 100

        @Test("after truncated, smuggled, oversized, garbled and slow requests the relay serves as before, and holds nothing of them")
        func storm() async throws {
            let generator = SeededGenerator()
            print("hostile: NEXRELAY_TEST_SEED=\(generator.seed) draws the same")
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess(
                [.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")],
                limits: ["request": "2s", "body_time": "3s", "keep_alive": "2s", "body": "1MiB", "upstream_idle": "2s"]
            ) { $0.moreSections += "\nguard: { mode: off }\nrouting: { circuit: { mode: off } }" }
            try await relay.start()
            let customer = try await relay.customer(plan: "large")
            _ = try await concurrently(Array(0..<400), width: Self.width) { _ in try await relay.chat(Chat(), customer) }
            let descriptors = try await quietDescriptors(relay)
            let before = relay.child.residentBytes

            let port = relay.configuration.publicPort
            let statuses = try await concurrently(Array(0..<Self.count), width: Self.width) { number in
                try await blocking {
                    var random = generator.round(number)
                    return try Self.attack(port, customer, &random, isSlow: number % Self.slowShare == 0)
                }
            }
            var counts: [String: Int] = [:]
            for status in statuses { counts[status, default: 0] += 1 }
            print(
                "hostile: \(Self.count) exchanges, \(counts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))"
            )
            #expect(!counts.keys.contains { $0.hasPrefix("5") && $0 != "502" }, "\(counts)")

            let answer = try await relay.chat(Chat(directives: "prompt=10; cached=0; completion=5"), customer)
            #expect(answer.status == 200 && answer.charged == Credits(15))
            #expect(try await relay.idleWallet(customer.account)["held_credits"].credits == .zero)
            for receipt in try await relay.receipts(customer.account) { #expect(receipt["state"].string != "open") }
            try await relay.expectBalanced(customer)
            try await relay.expectReconciled()
            let after = try await quietDescriptors(relay)
            let growth = relay.child.residentBytes - before
            print("hostile: descriptors \(descriptors) before, \(after) after; memory \(before >> 20) MiB, \(growth >> 20) MiB more")
            #expect(after <= descriptors + 4)
            #expect(growth < 64 << 20)
            await relay.stop()
        }

        private func quietDescriptors(_ relay: RelayProcess) async throws -> Int {
            var last = Int.max
            return try await eventually("the descriptors settle") {
                try await Task.sleep(for: .seconds(3))
                let count = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(relay.child.id)/fd").count
                defer { last = count }
                return count >= last ? count : nil
            }
        }

        // MARK: One exchange

        /// - Returns: the status of the first answer, or how else it ended.
        private static func attack(
            _ port: Int, _ customer: Customer, _ random: inout SeededGenerator, isSlow: Bool
        ) throws -> String {
            let socket = try RawSocket(port: port, timeoutSeconds: 20)
            defer { if Bool.random(using: &random) { socket.reset() } else { socket.close() } }
            let bytes = request(customer, &random)
            do {
                if isSlow {
                    // Drips, and then falls silent.
                    for byte in bytes.prefix(12) {
                        try socket.send([byte])
                        Thread.sleep(forTimeInterval: 0.05)
                    }
                } else {
                    var rest = bytes[...]
                    while !rest.isEmpty {
                        let part = rest.prefix(Bool.random(using: &random) ? rest.count : Int.random(in: 1...400, using: &random))
                        try socket.send(Array(part))
                        rest = rest.dropFirst(part.count)
                    }
                }
            } catch {
                // The relay has hung up on the rest: what it said before may still be read.
            }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "left"
            case 1: socket.finishSending()
            default: break
            }
            guard let first = try? socket.receive(), !first.isEmpty else { return "closed" }
            let text = String(decoding: first.prefix(12), as: UTF8.self)
            return text.hasPrefix("HTTP/1.") ? String(text.suffix(3)) : "nonsense \(text)"
        }

        private static func request(_ customer: Customer, _ random: inout SeededGenerator) -> [UInt8] {
            let paths = ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/wallet", "/", "*", "/v1/../x"]
            let path = paths.randomElement(using: &random)!
            let input =
                path.hasSuffix("chat/completions") ? #""messages":[{"role":"user","content":"hi"}]"# : #""input":"hi","prompt":"hi""#
            let body = #"{"model":"gpt-5.2",\#(input)}"#
            let key = Int.random(in: 0..<3, using: &random) == 0 ? nil : customer.secret
            let whole = Array(RawRequest.chat(body, key: key, target: path, headers: headers(&random)).utf8)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
            case 1...3: return garbled(whole, &random)
            case 4: return (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            case 5:
                return Array("POST \(path) HTTP/1.1\r\nhost: relay\r\nx: ".utf8) + [UInt8](repeating: 0x61, count: 80 << 10)
            case 6:
                return Array(RawRequest.head(bytes: 2 << 20, key: key, target: path).utf8) + [UInt8](repeating: 0x20, count: 200 << 10)
            case 7: return whole + whole + whole
            case 8: return chunked(path, key, body, &random)
            default: return whole
            }
        }

        private static func headers(_ random: inout SeededGenerator) -> String {
            let tricks = [
                "", "", "", "content-length: 5\r\n", "content-length: 99999999999999999999\r\n", "transfer-encoding: chunked\r\n",
                "transfer-encoding: xchunked\r\n", "transfer-encoding : chunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
                " folded: x\r\n", "x:\0\r\n", "expect: 100-continue\r\n", "connection: close\r\n", "upgrade: websocket\r\n",
                "content-encoding: gzip\r\n", "content-encoding: zstd\r\n", "host: other\r\n", "x-forwarded-for: 1.2.3.4\r\n",
                "authorization: Bearer nxr_x\r\n", "idempotency-key: \r\n", "x\n: y\r\n", "content-length: -1\r\n",
                "content-length: +4\r\n",
            ]
            return tricks.randomElement(using: &random)!
        }

        private static func garbled(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
            var bytes = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = bytes.indices.randomElement(using: &random)!
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = .random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert([0, 10, 13, 58, 32, 255].randomElement(using: &random)!, at: at)
                }
            }
            return bytes
        }

        private static func chunked(_ path: String, _ key: String?, _ body: String, _ random: inout SeededGenerator) -> [UInt8] {
            let sizes = [
                String(body.utf8.count, radix: 16), "0", "-1", "+5", "0x5", "ffffffffffffffffff", "7fffffffffffffff", "", "1;x=y", " 5",
                String(body.utf8.count, radix: 16) + "\n",
            ]
            let authorization = key.map { "authorization: Bearer \($0)\r\n" } ?? ""
            let head = "POST \(path) HTTP/1.1\r\nhost: relay\r\n\(authorization)transfer-encoding: chunked\r\n\r\n"
            return Array("\(head)\(sizes.randomElement(using: &random)!)\r\n\(body)\r\n0\r\n\r\n".utf8)
        }
    }
}
