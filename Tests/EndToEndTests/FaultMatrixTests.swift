import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    /// Each fault in each situation.
    @Suite("The fault matrix")
    struct FaultMatrixTests {
        private static let figures = "prompt=10; cached=4; completion=5"

        @Test(
            "every fault, at the first attempt and the last, with a client that stays and one that leaves: answer, charge, receipt, circuit"
        )
        func everyFault() async throws {
            let matrix = FaultMatrix()
            print("fault matrix: \(matrix.entries.count) situations")
            let folder = try TemporaryFolder()
            let faulty = try await SimulatorProcess.start(in: folder.url.path, script: matrix.script)
            let good = try EndToEnd.simulator
            let nobody = "http://127.0.0.1:\(try freePort())/v1"
            let there: (FaultMatrix.Entry) -> String = { "there-\($0.model)" }
            try await RelayProcess.serving(
                [
                    .init(name: "faulty", baseURL: faulty.baseURL, models: matrix.models("faulty", named: there)),
                    .init(
                        name: "impatient", baseURL: faulty.baseURL, models: matrix.models("impatient", named: there),
                        timeouts: "{ connect: 1s, first_byte: 2s, idle: 2s }"),
                    .init(name: "absent", baseURL: nobody, models: matrix.models("absent", named: there)),
                    .init(name: "good", baseURL: good.baseURL, models: matrix.models(nil) { _ in "gpt-5.2" }, priority: 1),
                ],
                configure: {
                    $0.moreModels = matrix.entries.map { "  \($0.model): {}" }.joined(separator: "\n")
                    $0.moreSections += "\nrouting: { circuit: { failures: 1, open: 10m, open_limit: 10m } }"
                }
            ) { relay in
                _ = try await concurrently(matrix.entries, width: 48) { try await check($0, relay) }
                let circuits = try await relay.adminJSON(.GET, "upstreams")["data"].items
                for entry in matrix.entries {
                    let circuit = circuits.first { $0["upstream"].string == entry.fault.kind && $0["model"].string == entry.model }
                    let expected = entry.fault.circuit
                    #expect(circuit?["circuit"].string == expected.state, "\(entry)")
                    #expect(circuit?["cause"].string == expected.cause, "\(entry)")
                    let second = circuits.first { $0["upstream"].string == "good" && $0["model"].string == entry.model }
                    #expect((second == nil) == entry.isLast && second?["circuit"].string != "open", "\(entry)")
                }
                try await relay.expectReconciled()
                try await eventually("the upstream is let go") { try await faulty.counts()["in_flight"].int == 0 ? true : nil }
            }
            let exit = await faulty.stop()
            #expect(exit == .code(0))
        }

        private func check(_ entry: FaultMatrix.Entry, _ relay: RelayProcess) async throws {
            let customer = try await relay.customer()
            var chat = Chat(model: entry.model, isStream: entry.fault.form == .stream)
            chat.text = "Say hello."
            let answer = entry.leaves ? nil : try await relay.chat(chat, customer)
            if entry.leaves { try await leave(relay, customer, chat) }
            let receipt = try await receipt(relay, customer)
            let comment: Comment = "\(entry): \(receipt.text)"
            let attempts = receipt["attempts"].items.compactMap { $0["outcome"].string }
            #expect(receipt["client_disconnected"].bool == entry.leaves, comment)
            #expect(receipt["attempts"][0]["upstream"].string == entry.fault.kind, comment)
            let isRescued: Bool
            if case .voided(let outcome) = entry.fault.bill {
                isRescued = !entry.isLast && !entry.leaves && outcome != "refused"
            } else {
                isRescued = false
            }
            if isRescued, case .voided(let outcome) = entry.fault.bill {
                #expect(attempts == [outcome, "answered"], comment)
                #expect(receipt["attempts"][0]["not_billed_because"].string != nil, comment)
                #expect(answer?.status == 200 && answer?.streamError == nil && answer?.isWhole == true, comment)
                #expect(answer?.charged == receipt["credits"]["charged"].credits, comment)
                #expect(receipt["usage"]["source"].string == "reported", comment)
                #expect(receipt["credits"]["charged"].credits == (try Pricing.cost(of: receipt)), comment)
            } else {
                #expect(attempts.count == 1, comment)
                entry.fault.bill.check(receipt, attempt: 0)
                if let answer { entry.fault.end.check(answer) }
            }
            if let answer {
                #expect(answer.isWhole, comment)
                #expect(answer.header("x-nexrelay-attempts") == "\(attempts.count)", comment)
                #expect(answer.requestID == receipt["id"].string, comment)
            }
            let (held, charged) = (receipt["credits"]["held"].credits ?? .zero, receipt["credits"]["charged"].credits ?? .zero)
            #expect(charged <= held, comment)
            try await relay.expectBalanced(customer)
        }

        private func receipt(_ relay: RelayProcess, _ customer: Customer) async throws -> JSON {
            try await eventually("the request is closed") {
                let receipts = try await relay.receipts(customer.account)
                #expect(receipts.count <= 1)
                return receipts.first.flatMap { $0["state"].string == "open" ? nil : $0 }
            }
        }

        /// Sends the request, and leaves when it is on its way to the upstream.
        private func leave(_ relay: RelayProcess, _ customer: Customer, _ chat: Chat) async throws {
            let port = relay.configuration.publicPort
            let socket = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send(RawRequest.chat(chat.body, key: customer.secret))
                return Kept(socket)
            }
            try await eventually("the request is admitted") {
                try await relay.wallet(customer.account)["requests_in_flight"].int == 1 ? true : nil
            }
            // The upstream is called right after; it answers seconds later.
            try await Task.sleep(for: .milliseconds(250))
            socket.socket.reset()
        }
    }
}

/// A socket that is handed from one thread to the next.
private struct Kept: @unchecked Sendable {
    let socket: RawSocket
    init(_ socket: RawSocket) { self.socket = socket }
}
