import Foundation
import NIOHTTP1
import RelayDomain
import RelayTestKit
import Testing

extension EndToEnd {
    @Suite("Retention")
    struct RetentionTests {
        @Test("old receipts move to compressed archives at the start; the books reconcile, the statement stands, and traffic goes on")
        func archived() async throws {
            let simulator = try EndToEnd.simulator
            let relay = try await RelayProcess([.init(name: "main", baseURL: simulator.baseURL, models: "[gpt-5.2]")]) {
                $0.moreSections = "retention: { receipts: 62d, archive: old-receipts }"
            }
            try await relay.start()
            let customers = [try await relay.customer(), try await relay.customer()]
            for number in 0..<30 { _ = try await relay.chat(Chat(maxTokens: 10 + number), customers[number % 2]) }
            _ = try await relay.chat(Chat(directives: "status=400"), customers[0])
            var wallets: [JSON] = []
            for customer in customers { wallets.append(try await relay.idleWallet(customer.account)) }
            await relay.stop()

            try await BooksShift.back(days: 100, of: relay.database)
            let month = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)).adding(milliseconds: -100 * 86_400_000).month
            let old = relay.folder.path("old-receipts")
            try await relay.start(environment: ["NEXRELAY_RETENTION_RECEIPTS": "36500d"])
            try await relay.expectReconciled()
            let before = try await receipts(relay, customers)
            let statements = try await statements(relay, customers, month)
            #expect(try FileManager.default.contentsOfDirectory(atPath: old).isEmpty)
            await relay.stop()

            try await relay.start()
            try await eventually("all receipts are archived") { try await self.receipts(relay, customers).isEmpty ? true : nil }
            try await relay.expectReconciled()
            #expect(try await self.statements(relay, customers, month) == statements)
            for (customer, wallet) in zip(customers, wallets) {
                #expect(try await relay.wallet(customer.account)["credits"].credits == wallet["credits"].credits)
            }
            try await expectFiles(in: old, hold: before)
            let gone = try #require(before.first)
            for answer in [
                try await relay.get("/v1/receipts/\(gone.key)", customers[0]), try await relay.admin(.GET, "receipts/\(gone.key)"),
            ] {
                #expect(answer.status == 404 && answer.text.contains("archived"), "\(answer.text)")
            }

            for customer in customers { #expect(try await relay.chat(Chat(maxTokens: 5), customer).status == 200) }
            #expect(try await receipts(relay, customers).count == 2)
            try await relay.expectReconciled()
            await relay.stop()
        }

        /// By id, as the API gives them.
        private func receipts(_ relay: RelayProcess, _ customers: [Customer]) async throws -> [String: JSON] {
            var all: [String: JSON] = [:]
            for customer in customers {
                for receipt in try await relay.receipts(customer.account) { all[receipt["id"].string ?? ""] = receipt }
            }
            return all
        }

        private func statements(_ relay: RelayProcess, _ customers: [Customer], _ month: Month) async throws -> [String] {
            try await customers.asyncMap { customer in
                let sheet = try await relay.get("/v1/statements/\(month).csv", customer)
                // The header, the opening and the closing balance, and in between the recharge and every charge.
                #expect(sheet.status == 200 && sheet.text.split(separator: "\r\n").count == 19, "\(sheet.text)")
                #expect(try await relay.get("/v1/statements/\(month).html", customer).status == 200)
                return sheet.text
            }
        }

        /// Every receipt stands in one archive, as the API gave it.
        private func expectFiles(in folder: String, hold receipts: [String: JSON]) async throws {
            var found: [String: JSON] = [:]
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(!names.isEmpty)
            for name in names {
                #expect(name.hasPrefix("receipts-") && name.hasSuffix(".ndjson.gz"), "\(name)")
                let unpacked = try await ChildProcess.run("/bin/sh", ["-c", "gzip -dc '\(name)'"], folder: folder)
                #expect(unpacked.exit == .code(0), "\(unpacked.errors)")
                for line in unpacked.output.split(separator: "\n") {
                    let receipt = try JSON(String(line))
                    #expect(found.updateValue(receipt, forKey: receipt["id"].string ?? "") == nil, "\(line) stands twice")
                }
                let mode = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.posixPermissions] as? NSNumber
                #expect(mode?.intValue == 0o600)
            }
            #expect(found == receipts)
        }
    }
}
